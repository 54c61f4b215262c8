#pragma once

#include "kernels/vector_ops.h"

namespace vggstyle {

/// A function to minimise: n unknowns on a device, one value and one gradient per call. This is all
/// that an optimiser knows of pictures and networks.
class Objective {
 public:
  virtual ~Objective() = default;

  /// Number of unknowns.
  virtual std::size_t size() const = 0;

  /// f(x); writes the gradient. `x` and `gradient` are device vectors of size() floats that do not
  /// overlap. The value may be NaN or infinite: the optimiser deals with it.
  virtual double evaluate(const float* x, float* gradient) = 0;
};

}  // namespace vggstyle

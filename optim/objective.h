#pragma once

#include <functional>
#include <vector>

#include "kernels/vector_ops.h"

namespace vggstyle {

/// What an objective says of a point. Optimisers go by the total and pass the terms on.
struct ObjectiveValue {
  double total = 0;
  std::vector<double> terms = {};  ///< what the total is the sum of, in the objective's order
};

/// A function to minimise: n unknowns on a device, one value and one gradient per call. This is all
/// that an optimiser knows of pictures and networks.
class Objective {
 public:
  virtual ~Objective() = default;

  /// Number of unknowns.
  virtual std::size_t size() const = 0;

  /// f(x); writes the gradient. `x` and `gradient` are device vectors of size() floats that do not
  /// overlap. The value may be NaN or infinite: the optimiser deals with it. `then`, unless empty,
  /// is called once, when the gradient's work has been issued and before the host waits for the
  /// value: what it issues sees the gradient, and is waited for together with it.
  virtual ObjectiveValue evaluate(const float* x, float* gradient,
                                  const std::function<void()>& then) = 0;
};

}  // namespace vggstyle

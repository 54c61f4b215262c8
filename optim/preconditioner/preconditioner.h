#pragma once

#include <cstddef>

namespace vggstyle {

/// A symmetric positive definite matrix M that stands for the shape of the inverse Hessian where nothing is
/// known yet: L-BFGS starts each recursion from a multiple of it instead of from one of the identity.
class Preconditioner {
 public:
  virtual ~Preconditioner() = default;

  /// out = M v, for device vectors that do not overlap. The same bytes for any number of threads.
  virtual void apply(const float* v, float* out) = 0;
};

}  // namespace vggstyle

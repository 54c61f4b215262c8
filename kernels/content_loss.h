#pragma once

#include "kernels/tensor.h"

namespace vggstyle {

/// Sums over activations that the content loss needs. Float64 over fixed chunks in a fixed order:
/// the same bytes for any number of threads. Its gradient is a part of GradientTerms.
class ContentLoss {
 public:
  virtual ~ContentLoss() = default;

  /// Writes sum (F - F')^2 to `value` (device memory).
  virtual void squared_distance(const Tensor& f, const Tensor& target, double* value) = 0;
  /// Writes sum (F - mean F)^2, the mean taken per channel, to `value` (device memory).
  virtual void variation(const Tensor& f, double* value) = 0;
};

}  // namespace vggstyle

#pragma once

#include "kernels/position_weights.h"
#include "kernels/tensor.h"

namespace vggstyle {

/// Sums over activations that the content loss needs, over positions m with weights w (1 without
/// them). Float64 over fixed chunks in a fixed order:
/// the same bytes for any number of threads. Its gradient is a part of GradientTerms.
class ContentLoss {
 public:
  virtual ~ContentLoss() = default;

  /// Writes sum_m w_m (F_m - F'_m)^2 to `value` (device memory).
  virtual void squared_distance(const Tensor& f, const Tensor& target,
                                const PositionWeights& weights, double* value) = 0;
  /// Writes sum_m w_m (F_m - mean F)^2, the mean taken per channel with the same weights, to `value`
  /// (device memory).
  virtual void variation(const Tensor& f, const PositionWeights& weights, double* value) = 0;
};

}  // namespace vggstyle

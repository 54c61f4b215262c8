#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gradient_terms.h"
#include "kernels/pooling.h"
#include "kernels/tensor.h"

namespace vggstyle {

/// The shape after a 2x2 pool with stride 2: odd sizes floor, as in Caffe and Keras `valid`.
constexpr Shape pooled_shape(Shape in) {
  return {in.channels, in.height / 2, in.width / 2};
}

/// 2x2 pooling with stride 2. The forward maximum remembers its winner: 0..3 for the element
/// (row-major in the window; the first of equals), in memory that only the backend can read.
class Pool2x2 {
 public:
  virtual ~Pool2x2() = default;

  /// Bytes of winner codes for an output of this shape.
  virtual std::size_t winner_bytes(Shape pooled) const = 0;

  /// out = pool(in), positively homogeneous in every kind; of kL2 the squares must be finite in float32.
  /// `winners` is written for kMax and ignored for the others.
  virtual void fprop(Pooling kind, const Tensor& in, const Tensor& out, std::uint8_t* winners) = 0;

  /// G = the gradient at the pool's input: d_out at the winner, a quarter of it at all four, or of kL2
  /// d_out * in / (4 max(root, kLeastRoot)); 0 in an odd last row or column. Then G's `terms`, which belong to
  /// the layer before the pool. `in`, the pool's input, is read for kL2 only, and d_in must not overlap it.
  virtual void bprop(Pooling kind, const Tensor& d_out, const Tensor& in,
                     const std::uint8_t* winners, const GradientTerms* terms,
                     const Tensor& d_in) = 0;
};

}  // namespace vggstyle

#pragma once

#include <array>

#include "kernels/tensor.h"
#include "kernels/total_variation.h"

namespace vggstyle {

/// One channel of a 3-channel tensor as a function of the pixels: (rgb[source] - mean) * scale.
struct ChannelMap {
  int source = 0;  ///< 0 red, 1 green, 2 blue
  float mean = 0.0F;
  float scale = 1.0F;
};
using ChannelMaps = std::array<ChannelMap, 3>;

/// Rows top... and columns left... of a picture.
struct PixelRectangle {
  int top = 0, left = 0, height = 0, width = 0;
};

/// What is done to the pixels themselves. Pixels are planar RGB, 3 x height x width float32 in
/// 0..255 (not clipped), as the optimiser sees them.
class PixelOps {
 public:
  virtual ~PixelOps() = default;

  /// out[c] = (pixels[maps[c].source] - mean) * scale; `out` has 3 channels.
  virtual void preprocess(const ChannelMaps& maps, const float* pixels, const Tensor& out) = 0;
  /// Its adjoint: gradient[maps[c].source] (+)= d_out[c] * scale. Overwrites unless `accumulate`;
  /// the sources of the three maps are different.
  virtual void preprocess_bprop(const ChannelMaps& maps, const Tensor& d_out, bool accumulate,
                                float* gradient) = 0;

  /// Writes the sum of `kind` over all positions of each colour to
  /// `value` (device memory); with `wraps` the last column's right neighbour is the first column, and
  /// likewise the rows. Float64 over fixed chunks in a fixed order.
  virtual void total_variation(TotalVariation kind, bool wraps, const float* pixels, Shape shape,
                               double* value) = 0;
  /// gradient += factor * d(total variation) / d pixels.
  virtual void total_variation_bprop(TotalVariation kind, bool wraps, const float* pixels,
                                     Shape shape, float factor, float* gradient) = 0;

  /// Copies the rectangle `part` of `from`, of shape `from_shape`, to `to`, of shape `to_shape`, where
  /// its corner is at row `top` and column `left`. Rows and columns of `part` outside of `from`, by
  /// less than its side, are those of its other side, as if it were repeated; `to` holds all of it. The
  /// two do not overlap.
  virtual void copy_rectangle(const float* from, Shape from_shape, const PixelRectangle& part,
                              float* to, Shape to_shape, int top, int left) = 0;

  /// A level of a pyramid (REDUCE of Burt and Adelson 1983, with four taps): every second row and
  /// column of averages, times 2. coarse[c, i, j] = 2 sum_ab t_a t_b fine[c, 2i - 1 + a, 2j - 1 + b],
  /// t = (1, 3, 3, 1) / 8, a and b from 0 to 3; outside of `fine` are zeros. `coarse` is 3 x ceil(height / 2) x
  /// ceil(width / 2).
  virtual void reduce(const float* fine, Shape shape, float* coarse) = 0;
  /// Its adjoint: fine[c, 2i - 1 + a, 2j - 1 + b] += 2 sum t_a t_b coarse[c, i, j]. `shape` is that of
  /// `fine`.
  virtual void expand_add(const float* coarse, Shape shape, float* fine) = 0;
};

}  // namespace vggstyle

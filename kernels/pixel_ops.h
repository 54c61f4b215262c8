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
};

}  // namespace vggstyle

#pragma once

#include <span>
#include <vector>

#include "kernels/cpu/layout.h"
#include "kernels/tensor.h"

namespace vggstyle::cpu {

/// dgrad of the layer that sees the pixels: many channels in, 3 planar channels out. oneDNN has no
/// fast kernel for 3 output channels, so this one is ours.
///
/// A register holds kBlock channels of one position of d_out. For 4 neighbouring pixels and 3
/// colours, 12 registers collect products over the 9 taps and all channel blocks; at the end each
/// is summed across its lanes. 12 fused multiply-adds cost 7 loads (4 positions, 3 weights).
class FirstLayerDgrad {
 public:
  FirstLayerDgrad() = default;
  /// `kernel` is OIHW with I = 3.
  FirstLayerDgrad(std::span<const float> kernel, int channels);

  /// G[c,y,x] = sum_{o,i,j} kernel[o,c,i,j] d_out[o,y-i+1,x-j+1]; d_in is 3 x height x width, or one
  /// position larger on every side, which shows all that the filters reach.
  void execute(const Tensor& d_out, const Tensor& d_in) const;
  std::size_t weight_bytes() const { return weights_.size() * sizeof(float); }

 private:
  template <int Pixels, bool Edge>
  void pixels(const Tensor& d_out, const Tensor& d_in, int y, int x) const;

  int blocks_ = 0;
  std::vector<float> weights_;  ///< [tap][channel block][colour][kBlock]
};

}  // namespace vggstyle::cpu

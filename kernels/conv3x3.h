#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/gradient_terms.h"
#include "kernels/padding.h"
#include "kernels/pool2x2.h"
#include "kernels/tensor.h"

namespace vggstyle {

class StyleLayer;

/// What the forward convolution does with its result besides storing it. A backend may fuse it.
struct FpropEpilogue {
  Tensor pooled;  ///< if given, also 2x2-pooled (kernels/pool2x2.h)
  Pooling pool = Pooling::kMax;
  std::uint8_t* winners = nullptr;  ///< for kMax: Pool2x2::winner_bytes() of the pooled shape
  /// The style layer that will look at the result next, if one will: a backend may help it.
  StyleLayer* style = nullptr;
};

/// One layer of the network at one size: a 3x3 convolution, stride 1, padding 1, with bias and
/// ReLU, whose parameters are frozen and packed when it is made.
///
///   fprop:  out[o,y,x] = max(0, bias[o] + sum_{c,i,j} kernel[o,c,i,j] in[c,p(y+i-1),p(x+j-1)])
///   dgrad:  G[c,y,x]   = sum over the padded positions (v,u), -1..height and -1..width, with
///                        p(v) = y, p(u) = x of sum_{o,i,j} kernel[o,c,i,j] d_out[o,v-i+1,u-j+1],
///                        d_out being 0 outside; then its terms
///
/// p is padded_index() of kernels/padding.h. With zero and circular padding dgrad is itself such a
/// convolution with the filters flipped and transposed; with the others what the sum has besides, at one or
/// two rows and columns along the border, is added to it. d_out is the gradient before this layer's
/// ReLU, that is, already masked.
///
/// Error against float64, relative norm, for the sizes of VGG: 1e-6 (CPU, float32). The same inputs
/// give the same bytes, for any number of threads.
class Conv3x3 {
 public:
  virtual ~Conv3x3() = default;

  /// Scratch memory that fprop and dgrad need; one block serves all layers in turn.
  virtual std::size_t workspace_bytes() const = 0;
  /// Device memory of the packed weights.
  virtual std::size_t weight_bytes() const = 0;

  /// `in`, `out` and the epilogue's tensors must not overlap.
  virtual void fprop(const Tensor& in, const Tensor& out, const FpropEpilogue& epilogue,
                     void* workspace) = 0;

  /// `terms` belong to the layer below, whose activations are this layer's input; null for none.
  /// d_out and d_in must not overlap. Only if made with `with_dgrad`.
  virtual void dgrad(const Tensor& d_out, const GradientTerms* terms, const Tensor& d_in,
                     void* workspace) = 0;
};

/// What a Conv3x3 is made from. Pointers are read while it is made, not later.
struct Conv3x3Problem {
  Shape in;                       ///< 3 channels (the network's input) or a multiple of 16
  int out_channels = 0;           ///< a multiple of 16
  std::span<const float> kernel;  ///< OIHW
  std::span<const float> bias;    ///< out_channels
  bool with_dgrad = true;
  Padding padding = Padding::kZero;
};

}  // namespace vggstyle

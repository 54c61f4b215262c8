#pragma once

#include <vector>

#include "net/loss_spec.h"
#include "net/weights.h"
#include "tests/reference/tensor.h"

/// Every operation of kernels/ again, in float64, as the plainest loops that compute the
/// definition. Nothing is shared with the kernels, and short cuts that they take (P and q, shifts,
/// Winograd) are not taken here.
namespace vggstyle::reference {

/// `in` and one position around it, as kernels/padding.h says.
Tensor padded(const Tensor& in, Padding padding);
/// Its transpose.
Tensor padded_backward(const Tensor& d_padded, Padding padding);
/// sum_{c,i,j} kernel[o,c,i,j] padded[c,y+i,x+j] (+ bias[o]); `kernel` is OIHW; `bias` may be empty.
Tensor conv3x3(const Tensor& in, int out_channels, const std::vector<float>& kernel,
               const std::vector<float>& bias, Padding padding = Padding::kZero);
/// Its transpose: the gradient at the input.
Tensor conv3x3_backward(const Tensor& d_out, int in_channels, const std::vector<float>& kernel,
                        Padding padding = Padding::kZero);

Tensor relu(Tensor x);
/// d where the activation f is > 0, else 0.
Tensor relu_backward(Tensor d, const Tensor& f);

Tensor pool(Pooling kind, const Tensor& in);
Tensor pool_backward(Pooling kind, const Tensor& d_out, const Tensor& in);

/// Pixels (RGB, 0..255) to the network's input, and the gradient back.
Tensor preprocess(Preprocessing preprocessing, const Tensor& rgb);
Tensor preprocess_backward(Preprocessing preprocessing, const Tensor& d_in);

/// PixelOps::reduce, and its transpose for a picture of these sides.
Tensor reduce(const Tensor& fine);
Tensor expand(const Tensor& coarse, int height, int width);

}  // namespace vggstyle::reference

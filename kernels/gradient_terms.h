#pragma once

#include "kernels/style_layer.h"
#include "kernels/tensor.h"

namespace vggstyle {

/// What the losses of one layer add to the gradient that arrives at its activations F, and the ReLU
/// that it then passes through. An operation that takes these terms turns its own result G into
///
///   dZ = [F > 0] * (G + t (P F - q 1^T) + s (F - F'))
///
/// element by element, where every part is optional. P F is a 1x1 convolution, so a backend may add
/// it as extra steps of the convolution that computes G; q, the content term and the mask are its
/// epilogue. P and q carry the factor 4, 1/M and the layer's weights (kernels/style_layer.h).
struct GradientTerms {
  Tensor activations;          ///< F: needed by every part; the mask applies where `mask`
  bool mask = true;            ///< false only for the `pixels` pseudo layer, which has no ReLU
  StyleDerivative style;       ///< P (C x C, symmetric) and q (C), for activations of this shape
  float style_scale = 1.0F;    ///< t
  Tensor content_target;       ///< F', of the same shape
  float content_scale = 0.0F;  ///< s
};

}  // namespace vggstyle

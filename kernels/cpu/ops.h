#pragma once

#include <memory>

#include "kernels/backend.h"

/// The CPU backend's operations; kernels/cpu/backend.cpp puts them together.
namespace vggstyle::cpu {

std::unique_ptr<Conv3x3> make_conv3x3(Device& device, const Conv3x3Problem& problem);
std::unique_ptr<StyleLayer> make_style_layer(Device& device, int channels);
/// What a graph needs to know of them all.
StorageFacts storage();
std::unique_ptr<Pool2x2> make_pool2x2();
std::unique_ptr<ContentLoss> make_content_loss();
std::unique_ptr<PixelOps> make_pixel_ops();
std::unique_ptr<VectorOps> make_vector_ops(Device& device);

/// Turns G, which `d` holds, into dZ of kernels/gradient_terms.h, in one pass over d and F.
void apply_gradient_terms(const GradientTerms& terms, const Tensor& d);
/// The same with G = 0, whatever `d` held.
void start_gradient(const GradientTerms& terms, const Tensor& d);
/// Backend::add_weighted.
void add_weighted(const Tensor& x, const PositionWeights& weights, const Tensor& d);

/// CpuKernels::peak.
double peak(int threads);

}  // namespace vggstyle::cpu

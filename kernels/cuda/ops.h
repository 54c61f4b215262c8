#pragma once

#include <memory>

#include "kernels/backend.h"
#include "kernels/cuda/library/blas.h"
#include "kernels/cuda/library/dnn.h"
#include "kernels/precision.h"
#include "runtime/gpu_device.h"

/// What backend.cu puts together: one maker per operation of kernels/*.h.
namespace vggstyle::cuda {

/// The choices that all kernels of a backend share.
struct Kernels {
  GpuDevice& device;
  Precision precision;
  bool plain;            ///< the plain kernel of each operation, which a reader reads first
  Blas* blas = nullptr;  ///< takes the Gram products of 16-bit activations; null for ours
  Dnn* dnn = nullptr;    ///< takes the convolutions between activations; null for ours
};

std::unique_ptr<Conv3x3> make_conv3x3(const Kernels& kernels, const Conv3x3Problem& problem);
/// By kernels.dnn; not of 3 channels.
std::unique_ptr<Conv3x3> make_library_conv3x3(const Kernels& kernels,
                                              const Conv3x3Problem& problem);
std::unique_ptr<Pool2x2> make_pool2x2(const Kernels& kernels);
std::unique_ptr<ContentLoss> make_content_loss(const Kernels& kernels);
std::unique_ptr<PixelOps> make_pixel_ops(const Kernels& kernels);
std::unique_ptr<VectorOps> make_vector_ops(const Kernels& kernels);

/// d = the terms alone (Backend::start_gradient), or d = the terms with G = d, in place.
void gradient_terms(const Kernels& kernels, const GradientTerms& terms, bool accumulate,
                    const Tensor& d);

/// Backend::add_weighted.
void add_weighted(const Kernels& kernels, const Tensor& x, const PositionWeights& weights,
                  const Tensor& d);
/// d = sqrt(w) (F - s), of the shape of `f`; `shift` s has C floats.
void weigh(const Kernels& kernels, const Tensor& f, const float* shift,
           const PositionWeights& weights, const Tensor& d);

}  // namespace vggstyle::cuda

#pragma once

#include <array>

#include "kernels/cuda/backend.h"
#include "tests/support/test_backends.h"

/// What is tested of the CUDA backend, on a GPU (cuda_backends.cpp) and on a simulated one
/// (tests/simt/simt_backends.cpp): every precision, the fast kernels, the plain ones and NVIDIA's
/// libraries.
namespace vggstyle::testing {

struct GpuVariant {
  const char* name;
  double bound;           ///< BackendVariant::least_bound
  double gradient_bound;  ///< BackendVariant::gradient_bound
  CudaBackendOptions options;
  /// What a simulated GPU has the time for. Less where the variant shares its code with another:
  /// the plain kernels with each other, the libraries with the kernels around them.
  Networks simulated_networks;
  double simulated_multiply_adds;
  int simulated_capability = 80;
};

// clang-format off
inline constexpr std::array kGpuVariants = {
    // Float32 on the oldest card, which has the least shared memory and no tensor cores.
    GpuVariant{"fp32 fast", 1e-5, 1e-4, {Precision::kFloat32}, Networks::kConv4_1, 5e7, 75},
    GpuVariant{"fp32 plain", 1e-5, 1e-4, {Precision::kFloat32, true}, Networks::kConv4_1, 2e7, 75},
    GpuVariant{"3xtf32 fast", 1e-5, 1e-4, {Precision::k3xTf32}, Networks::kConv4_1, 2e7},
    GpuVariant{"tf32 fast", 1e-3, 0.2, {Precision::kTf32}, Networks::kConv4_1, 5e7},
    GpuVariant{"tf32 plain", 1e-3, 0.2, {Precision::kTf32, true}, Networks::kConv4_1, 2e7},
    GpuVariant{"fp16 fast", 2e-3, 0.2, {Precision::kFloat16}, Networks::kVgg16, 5e7},
    GpuVariant{"fp16 plain", 2e-3, 0.2, {Precision::kFloat16, true}, Networks::kConv4_1, 2e7},
    GpuVariant{"bf16 fast", 1.5e-2, 0.4, {Precision::kBfloat16}, Networks::kConv4_1, 5e7},
    GpuVariant{"bf16 plain", 1.5e-2, 0.4, {Precision::kBfloat16, true}, Networks::kConv4_1, 2e7},
    // cuDNN does not say whether it rounds activations to tf32 or cuts them off: that errs more,
    // and to one side, so that it adds up from layer to layer.
    GpuVariant{"tf32 cuDNN", 6e-3, 0.2, {.precision = Precision::kTf32, .cudnn = true},
               Networks::kConv4_1, 2e7},
    GpuVariant{"bf16 cuBLAS", 1.5e-2, 0.4, {.precision = Precision::kBfloat16, .cublas = true},
               Networks::kConv4_1, 2e7},
    GpuVariant{"fp16 cuDNN cuBLAS", 2e-3, 0.2,
               {.precision = Precision::kFloat16, .cudnn = true, .cublas = true},
               Networks::kConv4_1, 2e7},
};
// clang-format on

}  // namespace vggstyle::testing

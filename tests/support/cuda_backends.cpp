// The CUDA backend on GPU 0: every precision, fast kernels and plain ones.

#include "kernels/cuda/backend.h"
#include "runtime/cuda/cuda_device.h"
#include "tests/support/test_backends.h"

namespace vggstyle::testing {
namespace {

TestEngine make_engine(CudaBackendOptions options) {
  std::unique_ptr<GpuDevice> device = cuda::make_cuda_device(0);
  std::unique_ptr<Backend> backend = make_cuda_backend(*device, options);
  return {std::move(device), std::move(backend)};
}

BackendVariant variant(const char* name, double bound, double gradient_bound,
                       CudaBackendOptions options) {
  return {
      .name = name, .least_bound = bound, .gradient_bound = gradient_bound, .make = [options](int) {
        return make_engine(options);
      }};
}

}  // namespace

std::span<const BackendVariant> backend_variants() {
  // The bounds of tests/simt/simt_backends.cpp.
  static const BackendVariant variants[] = {
      variant("fp32 fast", 1e-5, 1e-4, {Precision::kFloat32, false}),
      variant("fp32 plain", 1e-5, 1e-4, {Precision::kFloat32, true}),
      variant("3xtf32 fast", 1e-5, 1e-4, {Precision::k3xTf32, false}),
      variant("tf32 fast", 1e-3, 0.2, {Precision::kTf32, false}),
      variant("tf32 plain", 1e-3, 0.2, {Precision::kTf32, true}),
      variant("fp16 fast", 2e-3, 0.2, {Precision::kFloat16, false}),
      variant("fp16 plain", 2e-3, 0.2, {Precision::kFloat16, true}),
      variant("bf16 fast", 1.5e-2, 0.4, {Precision::kBfloat16, false}),
      variant("bf16 plain", 1.5e-2, 0.4, {Precision::kBfloat16, true}),
      // cuDNN does not say whether it rounds activations to tf32 or cuts them off: that errs more,
      // and to one side, so that it adds up from layer to layer.
      variant("tf32 cuDNN", 6e-3, 0.2, {.precision = Precision::kTf32, .cudnn = true}),
      variant("fp16 cuDNN cuBLAS", 2e-3, 0.2,
              {.precision = Precision::kFloat16, .cudnn = true, .cublas = true}),
  };
  return variants;
}

TestEngine make_comparison_engine() {
  return make_engine({Precision::kFloat32, true});
}

}  // namespace vggstyle::testing

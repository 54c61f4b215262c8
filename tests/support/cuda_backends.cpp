// The CUDA backend on GPU 0.

#include "kernels/cuda/backend.h"
#include "runtime/cuda/cuda_device.h"
#include "tests/support/gpu_variants.h"

namespace vggstyle::testing {
namespace {

TestEngine make_engine(CudaBackendOptions options) {
  std::unique_ptr<GpuDevice> device = cuda::make_cuda_device(0);
  std::unique_ptr<Backend> backend = make_cuda_backend(*device, options);
  return {std::move(device), std::move(backend)};
}

}  // namespace

std::span<const BackendVariant> backend_variants() {
  static const std::vector<BackendVariant> variants = [] {
    std::vector<BackendVariant> made;
    for (const GpuVariant& v : kGpuVariants) {
      made.push_back({.name = v.name,
                      .least_bound = v.bound,
                      .gradient_bound = v.gradient_bound,
                      .any_padding = !v.options.cudnn,
                      .make = [&v](int) { return make_engine(v.options); }});
    }
    return made;
  }();
  return variants;
}

TestEngine make_comparison_engine() {
  return make_engine({Precision::kFloat32, true});
}

}  // namespace vggstyle::testing

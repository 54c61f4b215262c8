// The CUDA backend on a simulated GPU: every precision, fast kernels and plain ones.

#include <iterator>

#include "kernels/cuda/backend.h"
#include "runtime/cpu_device.h"
#include "tests/simt/device.h"
#include "tests/support/test_backends.h"

namespace vggstyle::testing {
namespace {

BackendVariant variant(const char* name, double bound, double gradient_bound,
                       CudaBackendOptions options, bool both_models = true) {
  return {.name = name,
          .least_bound = bound,
          .gradient_bound = gradient_bound,
          .most_multiply_adds = 4e7,
          .both_models = both_models,
          .channel_sums = options.cublas && !options.cudnn,
          .threads = 1,  // variants run beside each other, and locks between threads cost time
          .make = [options](int threads) {
            simt::SimtOptions simt;
            simt.os_threads = threads;
            // Float32 on the oldest card, which has the least shared memory and no tensor cores.
            simt.limits = simt::limits_of(options.precision == Precision::kFloat32 ? 75 : 80);
            simt.seed = static_cast<std::uint64_t>(threads);
            std::unique_ptr<GpuDevice> device = simt::make_simt_device(simt);
            std::unique_ptr<Backend> backend = make_cuda_backend(*device, options);
            return TestEngine{std::move(device), std::move(backend)};
          }};
}

}  // namespace

std::span<const BackendVariant> backend_variants() {
  static const BackendVariant variants[] = {
      variant("fp32 fast", 1e-5, 1e-4, {Precision::kFloat32, false}),
      variant("fp32 plain", 1e-5, 1e-4, {Precision::kFloat32, true}),
      variant("3xtf32 fast", 1e-5, 1e-4, {Precision::k3xTf32, false}, false),
      variant("tf32 fast", 1e-3, 0.2, {Precision::kTf32, false}),
      variant("tf32 plain", 1e-3, 0.2, {Precision::kTf32, true}, false),
      variant("fp16 fast", 2e-3, 0.2, {Precision::kFloat16, false}),
      variant("fp16 plain", 2e-3, 0.2, {Precision::kFloat16, true}, false),
      variant("bf16 fast", 1.5e-2, 0.4, {Precision::kBfloat16, false}),
      variant("bf16 plain", 1.5e-2, 0.4, {Precision::kBfloat16, true}, false),
      // cuDNN does not say whether it rounds activations to tf32 or cuts them off: that errs more,
      // and to one side, so that it adds up from layer to layer.
      variant("tf32 cuDNN", 6e-3, 0.2, {.precision = Precision::kTf32, .cudnn = true}, false),
      variant("bf16 cuBLAS", 1.5e-2, 0.4, {.precision = Precision::kBfloat16, .cublas = true},
              false),
      variant("fp16 cuDNN cuBLAS", 2e-3, 0.2,
              {.precision = Precision::kFloat16, .cudnn = true, .cublas = true}, false),
  };
  // tests/simt/CMakeLists.txt runs them one by one, by name.
  static_assert(std::size(variants) == VGGSTYLE_SIMT_VARIANTS);
  return variants;
}

TestEngine make_comparison_engine() {
  TestEngine engine{make_cpu_device(2), nullptr};
  engine.backend = make_cpu_backend(*engine.device);
  return engine;
}

}  // namespace vggstyle::testing

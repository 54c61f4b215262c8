// The CUDA backend on a simulated GPU: every precision, fast kernels and plain ones.

#include <iterator>

#include "kernels/cuda/backend.h"
#include "runtime/cpu_device.h"
#include "tests/simt/device.h"
#include "tests/support/test_backends.h"

namespace vggstyle::testing {
namespace {

/// kKernels: the fast kernels of a precision. kCombination: what shares its code with one of those
/// (the plain kernels with each other, libraries with the kernels around them): smaller cases.
enum class Tested { kKernels, kCombination };

BackendVariant variant(const char* name, Tested tested, double bound, double gradient_bound,
                       CudaBackendOptions options) {
  const bool kernels = tested == Tested::kKernels;
  return {.name = name,
          .least_bound = bound,
          .gradient_bound = gradient_bound,
          .most_multiply_adds = kernels ? 5e7 : 2e7,
          .networks =
              !kernels ? Networks::kConv4_1
              : options.precision == Precision::kFloat32 || options.precision == Precision::kFloat16
                  ? Networks::kBoth
                  : Networks::kVgg16,
          .threads = 1,  // variants run beside each other, and locks between threads cost time
          .make = [options](int threads) {
            simt::SimtOptions simt;
            simt.os_threads = threads;
            // Float32 on the oldest card, which has the least shared memory and no tensor cores.
            simt.limits = simt::limits_of(options.precision == Precision::kFloat32 ? 75 : 80);
            simt.limits.multiprocessors = VGGSTYLE_SIMT_MULTIPROCESSORS;
            simt.seed = static_cast<std::uint64_t>(threads);
            std::unique_ptr<GpuDevice> device = simt::make_simt_device(simt);
            std::unique_ptr<Backend> backend = make_cuda_backend(*device, options);
            return TestEngine{std::move(device), std::move(backend)};
          }};
}

}  // namespace

std::span<const BackendVariant> backend_variants() {
  static const BackendVariant variants[] = {
      variant("fp32 fast", Tested::kKernels, 1e-5, 1e-4, {Precision::kFloat32, false}),
      variant("fp32 plain", Tested::kCombination, 1e-5, 1e-4, {Precision::kFloat32, true}),
      variant("3xtf32 fast", Tested::kCombination, 1e-5, 1e-4, {Precision::k3xTf32, false}),
      variant("tf32 fast", Tested::kKernels, 1e-3, 0.2, {Precision::kTf32, false}),
      variant("tf32 plain", Tested::kCombination, 1e-3, 0.2, {Precision::kTf32, true}),
      variant("fp16 fast", Tested::kKernels, 2e-3, 0.2, {Precision::kFloat16, false}),
      variant("fp16 plain", Tested::kCombination, 2e-3, 0.2, {Precision::kFloat16, true}),
      variant("bf16 fast", Tested::kKernels, 1.5e-2, 0.4, {Precision::kBfloat16, false}),
      variant("bf16 plain", Tested::kCombination, 1.5e-2, 0.4, {Precision::kBfloat16, true}),
      // cuDNN does not say whether it rounds activations to tf32 or cuts them off: that errs more,
      // and to one side, so that it adds up from layer to layer.
      variant("tf32 cuDNN", Tested::kCombination, 6e-3, 0.2,
              {.precision = Precision::kTf32, .cudnn = true}),
      variant("bf16 cuBLAS", Tested::kCombination, 1.5e-2, 0.4,
              {.precision = Precision::kBfloat16, .cublas = true}),
      variant("fp16 cuDNN cuBLAS", Tested::kCombination, 2e-3, 0.2,
              {.precision = Precision::kFloat16, .cudnn = true, .cublas = true}),
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

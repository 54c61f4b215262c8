// The CUDA backend on a simulated GPU.

#include "kernels/cuda/backend.h"
#include "runtime/cpu_device.h"
#include "tests/simt/machine/device.h"
#include "tests/support/gpu_variants.h"

namespace vggstyle::testing {
namespace {

/// The precisions that have kernels of their own for capability 9.0, on such a card.
constexpr std::array kOnHopper = {
    GpuVariant{"fp16 sm_90", 2e-3, 0.2, {Precision::kFloat16}, Networks::kConv4_1, 5e7, 90},
    GpuVariant{"tf32 sm_90", 1e-3, 0.2, {Precision::kTf32}, Networks::kConv4_1, 5e7, 90},
    GpuVariant{"bf16 sm_90", 1.5e-2, 0.4, {Precision::kBfloat16}, Networks::kConv4_1, 2e7, 90},
};

TestEngine make_engine(const GpuVariant& variant, int threads) {
  simt::SimtOptions simt;
  simt.os_threads = threads;
  simt.limits = simt::limits_of(variant.simulated_capability);
  simt.limits.multiprocessors = VGGSTYLE_SIMT_MULTIPROCESSORS;
  simt.seed = static_cast<std::uint64_t>(threads);
  std::unique_ptr<GpuDevice> device = simt::make_simt_device(simt);
  std::unique_ptr<Backend> backend = make_cuda_backend(*device, variant.options);
  return {std::move(device), std::move(backend)};
}

}  // namespace

std::span<const BackendVariant> backend_variants() {
  static const std::vector<BackendVariant> variants = [] {
    std::vector<BackendVariant> made;
    const auto add = [&made](const GpuVariant& v) {
      made.push_back({.name = v.name,
                      .least_bound = v.bound,
                      .gradient_bound = v.gradient_bound,
                      .most_multiply_adds = v.simulated_multiply_adds,
                      .networks = v.simulated_networks,
                      .any_padding = !v.options.cudnn,
                      .threads = 1,  // variants run beside each other; locks between threads cost
                      .make = [&v](int threads) { return make_engine(v, threads); }});
    };
    for (const GpuVariant& v : kGpuVariants) add(v);
    for (const GpuVariant& v : kOnHopper) add(v);
    return made;
  }();
  // tests/simt/CMakeLists.txt runs them one by one, by name.
  static_assert(kGpuVariants.size() + kOnHopper.size() == VGGSTYLE_SIMT_VARIANTS);
  return variants;
}

TestEngine make_comparison_engine() {
  TestEngine engine{make_cpu_device(2), nullptr};
  engine.backend = make_cpu_backend(*engine.device);
  return engine;
}

}  // namespace vggstyle::testing

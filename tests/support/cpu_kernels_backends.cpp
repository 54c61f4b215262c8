// The CPU backend with each of the kernels that this processor can run.

#include "kernels/cpu_kernels.h"
#include "runtime/cpu_device.h"
#include "tests/support/test_backends.h"

namespace vggstyle::testing {
namespace {

TestEngine make_engine(const CpuKernels& kernels, int threads) {
  TestEngine engine{make_cpu_device(threads), nullptr};
  engine.backend = kernels.make_backend(*engine.device);
  return engine;
}

}  // namespace

std::span<const BackendVariant> backend_variants() {
  static const std::vector<BackendVariant> variants = [] {
    std::vector<BackendVariant> made;
    for (const CpuKernels* kernels : usable_cpu_kernels()) {
      made.push_back({.name = kernels->name,
                      .whole_number_bound = 3e-6,
                      .make = [kernels](int threads) { return make_engine(*kernels, threads); }});
    }
    return made;
  }();
  return variants;
}

TestEngine make_comparison_engine() {
  return make_engine(best_cpu_kernels(), 2);
}

}  // namespace vggstyle::testing

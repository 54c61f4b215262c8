#include "runtime/cpu_device.h"
#include "tests/support/test_backends.h"

namespace vggstyle::testing {

namespace {

TestEngine make_cpu_engine(int threads) {
  TestEngine engine{make_cpu_device(threads), nullptr};
  engine.backend = make_cpu_backend(*engine.device);
  return engine;
}

}  // namespace

std::span<const BackendVariant> backend_variants() {
  static const BackendVariant variants[] = {
      {.name = "cpu", .whole_number_bound = 3e-6, .make = make_cpu_engine}};
  return variants;
}

TestEngine make_comparison_engine() {
  return make_cpu_engine(2);
}

}  // namespace vggstyle::testing

#include "runtime/cpu_device.h"
#include "tests/support/test_backends.h"

namespace vggstyle::testing {

std::span<const BackendVariant> backend_variants() {
  static const BackendVariant variants[] = {
      {.name = "cpu", .whole_number_bound = 3e-6, .make = [](int threads) {
         TestEngine engine{make_cpu_device(threads), nullptr};
         engine.backend = make_cpu_backend(*engine.device);
         return engine;
       }}};
  return variants;
}

}  // namespace vggstyle::testing

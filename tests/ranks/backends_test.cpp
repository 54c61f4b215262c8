// A picture that ranks share on every backend and precision: small enough for simulated GPUs.

#include "tests/net/graph_comparison.h"
#include "tests/ranks/ranks_comparison.h"

using namespace vggstyle;
using namespace vggstyle::testing;

TEST_CASE("backends: shared by ranks a picture has the value and the gradient that it has in one") {
  TestBackend backend;
  const LossSpec spec = kinds_up_to_conv2_1();
  compare_ranks(backend, spec, 11, 10, 2);
}

// A picture that ranks share on every backend and precision: small enough for simulated GPUs.

#include "net/tiles/tile_plan.h"
#include "tests/ranks/ranks_comparison.h"

using namespace vggstyle;
using namespace vggstyle::testing;

TEST_CASE("backends: shared by ranks a picture has the value and the gradient that it has in one") {
  TestBackend backend;
  constexpr int kDeepest = 2;  // conv2_1
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {kDeepest, 1}};
  spec[LossKind::kContent].layers = {{kDeepest, 1}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.01;
  compare_ranks(backend, spec, 11, 10, 2);
}

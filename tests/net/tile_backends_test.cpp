// A picture in tiles on every backend and precision: small enough for a simulated GPU.

#include "net/tiles/tile_plan.h"
#include "tests/net/graph_comparison.h"
#include "tests/net/tile_comparison.h"

using namespace vggstyle;
using namespace vggstyle::testing;

TEST_CASE("backends: in tiles a picture has the value and the gradient that it has in one") {
  TestBackend backend;
  constexpr int kDeepest = 2;  // conv2_1
  LossSpec spec = kinds_up_to_conv2_1();
  spec[LossKind::kTemporal].weight = 0.1;
  const int least = least_window(Model::kVgg16, kDeepest, true);
  compare_tiles(backend, spec, 11, least + 2, least);
  if (backend.variant.networks == Networks::kConv4_1) return;  // which shares its code with others
  LossSpec other = spec;
  other.style_form = StyleForm::kWasserstein;
  compare_tiles(backend, other, 11, least + 2, least);
  spec.regions = 1;
  spec.content_weights = true;
  compare_tiles(backend, spec, 9, least + 3, least);
}

#include "tools/study/arrangement.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "net/synthetic_weights.h"
#include "runtime/cpu_device.h"
#include "tools/contrive/contrive.h"

using namespace vggstyle;

namespace {

Engine small_engine() {
  Engine engine;
  engine.device = make_cpu_device(1);
  engine.backend = make_cpu_backend(*engine.device);
  engine.weights = std::make_shared<const NetworkWeights>(synthetic_weights(Model::kVgg16, 0));
  return engine;
}

TEST_CASE("an arrangement is the mean over fields of the layer's activations") {
  Engine engine = small_engine();
  ArrangementMeter arrangement_of(engine);
  const Picture picture = contrive("scene", 72, 40, 1);  // conv4_2 has 9 x 5 positions
  const Arrangement found = arrangement_of(picture);

  LossSpec spec;
  spec[LossKind::kStyle].layers = {{arrangement_of.layer()}};
  Graph graph(*engine.backend, *engine.weights, 40, 72, spec, {.with_gradient = false});
  graph.run_forward(picture.rgb.data());
  const std::vector<float> f = graph.activations(arrangement_of.layer());
  REQUIRE(f.size() == 512u * 5 * 9);
  REQUIRE(found.values.size() == 512u * 16);
  // Rows 0-1, 1-2, 2-3, 3-5 and columns 0-2, 2-4, 4-6, 6-9 of channel 7.
  const auto at = [&](int y, int x) {
    return static_cast<double>(f[static_cast<std::size_t>((7 * 5 + y) * 9 + x)]);
  };
  CHECK(found.values[7 * 16] == doctest::Approx((at(0, 0) + at(0, 1)) / 2));
  const double corner = (at(3, 6) + at(3, 7) + at(3, 8) + at(4, 6) + at(4, 7) + at(4, 8)) / 6;
  CHECK(found.values[7 * 16 + 15] == doctest::Approx(corner));
}

TEST_CASE("pictures smaller than the grid have arrangements too") {
  Engine engine = small_engine();
  ArrangementMeter arrangement_of(engine);
  CHECK(arrangement_of(contrive("dots", 8, 8, 1)).values.size() == 512u * 16);
}

TEST_CASE("a texture is nearer to another piece of itself than a scene to its mirror") {
  Engine engine = small_engine();
  ArrangementMeter arrangement_of(engine);
  const auto upside_down = [](Picture picture) {
    for (int c = 0; c < 3; ++c) std::reverse(picture.plane(c), picture.plane(c) + picture.pixels());
    return picture;
  };
  const auto turned = [&](const char* kind) {
    const Picture picture = contrive(kind, 64, 64, 1);
    const Arrangement from = arrangement_of(picture);
    const Arrangement black = arrangement_of(Picture::black(64, 64));
    return distance(from, arrangement_of(upside_down(picture))) / distance(from, black);
  };
  CHECK(turned("dots") < 0.7 * turned("scene"));
  const Arrangement same = arrangement_of(contrive("scene", 64, 64, 1));
  CHECK(distance(same, same) == 0);
}

}  // namespace

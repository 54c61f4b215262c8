#include "tools/study/style_meter.h"

#include <doctest/doctest.h>

#include "net/synthetic_weights.h"
#include "runtime/cpu_device.h"
#include "tools/contrive/contrive.h"
#include "tools/session/style_targets.h"

using namespace vggstyle;

namespace {

TEST_CASE("residuals of two channels, by hand") {
  const StyleStatistics wanted{2, {2, 1, 1, 3}, {1, 0}};
  const StyleStatistics made{2, {2, 1, 1, 5}, {1, 1}};
  const StyleResidual residual = style_residual({made, wanted}, {wanted, wanted});
  REQUIRE(residual.raw.size() == 2);
  CHECK(residual.raw[0] == doctest::Approx(4.0 / 15));
  // Centred: wanted [1 1; 1 3], made [1 0; 0 4].
  CHECK(residual.centered[0] == doctest::Approx(3.0 / 12));
  CHECK(residual.raw[1] == 0);
  CHECK(residual.mean_raw() == doctest::Approx(2.0 / 15));
  CHECK(residual.mean_centered() == doctest::Approx(1.0 / 8));
  CHECK(residual.mean() == doctest::Approx((2.0 / 15 + 1.0 / 8) / 2));
}

TEST_CASE("the residual is the loss that normalization relative gives") {
  Engine engine;
  engine.device = make_cpu_device(1);
  engine.backend = make_cpu_backend(*engine.device);
  engine.weights = synthetic_weights(Model::kVgg16, 0);
  const Picture made = contrive("scene", 40, 33, 1), style = contrive("dots", 36, 28, 1);
  LossSpec spec;
  spec.style_layers = {{kPixelLayer}, {0}, {2}};
  StyleMeter meter(engine, spec.style_layers, spec.pooling);
  const StyleResidual residual = style_residual(meter(made), meter(style));
  CHECK(meter(made)[1].gram == meter(made)[1].gram);  // the graph is kept

  Graph graph(*engine.backend, engine.weights, made.height, made.width, spec);
  set_targets(graph, engine, {}, {style}, {1.0});
  const std::size_t bytes = made.rgb.size() * sizeof(float);
  const Buffer pixels(*engine.device, bytes), gradient(*engine.device, bytes);
  engine.device->upload(pixels.data(), made.rgb.data(), bytes);
  const LossValues loss = graph.evaluate(pixels.as<float>(), gradient.as<float>());
  for (std::size_t layer = 0; layer < 3; ++layer) {
    CHECK(loss.style[layer] ==
          doctest::Approx((residual.raw[layer] + residual.centered[layer]) / 3).epsilon(1e-4));
  }
}

}  // namespace

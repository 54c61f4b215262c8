#include "tools/study/style_residual.h"

#include <doctest/doctest.h>

#include "net/synthetic_weights.h"
#include "runtime/cpu_device.h"
#include "tools/contrive/contrive.h"
#include "tools/session/network_view.h"
#include "tools/session/problem.h"

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
  engine.weights = std::make_shared<const NetworkWeights>(synthetic_weights(Model::kVgg16, 0));
  const Picture made = contrive("scene", 40, 33, 1), style = contrive("dots", 36, 28, 1);
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer}, {0}, {2}};
  NetworkView view(engine, spec[LossKind::kStyle].layers, spec.pooling, spec.padding);
  const StyleResidual residual = style_residual(view.statistics(made), view.statistics(style));
  CHECK(view.statistics(made)[1].gram == view.statistics(made)[1].gram);  // the graph is kept

  Problem problem(engine, {.loss = spec, .styles = {style}, .blend = {1.0}, .start = made});
  const LossValues loss = problem.evaluate();
  for (std::size_t layer = 0; layer < 3; ++layer) {
    CHECK(loss.terms[layer].value ==
          doctest::Approx((residual.raw[layer] + residual.centered[layer]) / 3).epsilon(1e-4));
  }
}

}  // namespace

// The temporal loss, on every backend and precision: it looks at the pixels, which are float32 in each of them.

#include "tests/net/graph_comparison.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

/// Weights from 0 to 1, some of each.
std::vector<float> weights_of_frame(std::size_t pixels) {
  std::vector<float> weights = random_floats(pixels, 7, 0, 1);
  for (std::size_t i = 0; i < pixels; i += 3) weights[i] = static_cast<float>(i % 2);
  return weights;
}

struct Evaluated {
  LossValues values;
  std::vector<float> gradient;
};

constexpr int kHeight = 7, kWidth = 9;

/// Of a picture that is held to another one.
Evaluated evaluate(Backend& backend, const LossSpec& spec, const std::vector<float>& rgb,
                   const std::vector<float>& target) {
  Graph graph(backend, weights_of(Model::kVgg16), kHeight, kWidth, spec);
  if (deepest_layer(spec) != kPixelLayer) {
    graph.set_content_target(picture(kHeight, kWidth, 3).data());
  }
  graph.set_temporal_target(target.data(), weights_of_frame(rgb.size() / 3));
  GuardedBuffer pixels(backend, rgb.size() * sizeof(float));
  GuardedBuffer gradient(backend, rgb.size() * sizeof(float));
  backend.device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
  Evaluated result{graph.evaluate(pixels.as<float>(), gradient.as<float>()),
                   std::vector<float>(rgb.size())};
  backend.device().download(result.gradient.data(), gradient.as<float>(),
                            rgb.size() * sizeof(float));
  return result;
}

/// factor * sum of c (p - p')^2 in float64; `step` is added to pixel `at`.
double loss(const std::vector<float>& rgb, const std::vector<float>& target, double factor,
            std::size_t at, double step) {
  const std::vector<float> weights = weights_of_frame(rgb.size() / 3);
  double sum = 0;
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    const double d =
        static_cast<double>(rgb[i]) - static_cast<double>(target[i]) + (i == at ? step : 0.0);
    sum += static_cast<double>(weights[i % weights.size()]) * d * d;
  }
  return factor * sum;
}

}  // namespace

TEST_CASE("backends: the temporal loss and its gradient, against finite differences in float64") {
  TestBackend backend;
  const std::vector<float> rgb = picture(kHeight, kWidth, 1), target = picture(kHeight, kWidth, 2);
  const double elements = static_cast<double>(rgb.size());
  const std::pair<Normalization, double> factors[] = {
      {Normalization::kRelative, 1 / (255.0 * 255.0 * elements)},
      {Normalization::kGatys, 0.5},
      {Normalization::kNeuralStyle, 1 / elements},
      {Normalization::kTutorial, 1 / elements}};
  for (const auto& factor : factors) {
    LossSpec spec;
    spec.normalization = factor.first;
    spec[LossKind::kStyle].weight = 0;
    spec[LossKind::kTemporal].weight = 3;
    const Evaluated evaluated = evaluate(*backend, spec, rgb, target);
    const double scale = 3 * factor.second;
    const double expected = loss(rgb, target, scale, 0, 0);
    CHECK(evaluated.values.total == doctest::Approx(expected).epsilon(1e-6));
    CHECK(evaluated.values.sum(LossKind::kTemporal) == evaluated.values.total);
    std::vector<double> differences(rgb.size());
    for (std::size_t i = 0; i < rgb.size(); ++i) {
      constexpr double kStep = 1e-2;
      differences[i] =
          (loss(rgb, target, scale, i, kStep) - loss(rgb, target, scale, i, -kStep)) / (2 * kStep);
    }
    CHECK(relative_error(evaluated.gradient, differences) < 1e-6);
  }
}

TEST_CASE("backends: the temporal loss is added to the others") {
  TestBackend backend;
  const std::vector<float> rgb = picture(kHeight, kWidth, 1), target = picture(kHeight, kWidth, 2);
  LossSpec spec;
  spec[LossKind::kStyle].weight = 0;
  spec[LossKind::kContent] = {0.5, {{0, 1}}};
  const Evaluated alone = evaluate(*backend, spec, rgb, target);
  spec[LossKind::kTemporal].weight = 2;
  const Evaluated both = evaluate(*backend, spec, rgb, target);
  spec[LossKind::kContent].weight = 0;
  const Evaluated temporal = evaluate(*backend, spec, rgb, target);
  CHECK(both.values.total ==
        doctest::Approx(alone.values.total + temporal.values.total).epsilon(1e-6));
  std::vector<double> sum(rgb.size());
  for (std::size_t i = 0; i < sum.size(); ++i) {
    sum[i] = static_cast<double>(alone.gradient[i]) + static_cast<double>(temporal.gradient[i]);
  }
  CHECK(relative_error(both.gradient, sum) < 1e-6);
}

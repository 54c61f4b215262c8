// Balancing changes the units in which layers are stored and nothing else: in float32, scaling by
// powers of two commutes with every rounding, so that results must be the same bytes. And an
// overflow is traced to the layer where it began.

#include "net/balance.h"

#include <limits>

#include "net/graph/graph.h"
#include "net/synthetic_weights.h"
#include "runtime/error.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

constexpr int kHeight = 37, kWidth = 34;
constexpr std::size_t kUnknowns = 3 * kHeight * kWidth;
constexpr std::size_t kConv1_2 = 1, kConv2_1 = 2, kConv3_1 = 4;

const NetworkWeights& synthetic() {
  static const NetworkWeights weights = synthetic_weights(Model::kVgg16, 3);
  return weights;
}

/// Biases as well: those of synthetic weights are 0.
NetworkWeights with_biases() {
  NetworkWeights weights = synthetic();
  unsigned seed = 0;
  for (ConvWeights& layer : weights.layers) {
    layer.bias = random_floats(layer.bias.size(), ++seed, -2, 2);
  }
  return weights;
}

std::vector<float> picture(unsigned seed) {
  return random_floats(kUnknowns, seed, 0, 255);
}

LossSpec every_term() {
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {1, 2}, {4, 1}, {9, 1}, {12, 0.5}};
  spec[LossKind::kContent].layers = {{3, 1}, {8, 0.5}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.01;
  return spec;
}

/// A graph with targets, and pixels and gradient on the device.
struct Run {
  Run(const NetworkWeights& weights, const LossSpec& spec, const GraphOptions& options)
      : graph(*backend, weights, kHeight, kWidth, spec, options) {
    targets = graph.style_statistics(picture(2).data());
    graph.set_style_targets(targets);
    graph.set_content_target(picture(3).data());
    const std::vector<float> start = picture(1);
    backend->device().upload(pixels.as<float>(), start.data(), kUnknowns * sizeof(float));
  }

  LossValues evaluate() { return graph.evaluate(pixels.as<float>(), gradient.as<float>()); }
  std::string find_overflow() {
    return graph.find_overflow(pixels.as<float>(), gradient.as<float>());
  }
  Magnitudes magnitudes() { return graph.magnitudes(pixels.as<float>(), gradient.as<float>()); }
  std::vector<float> gradient_on_host() {
    std::vector<float> host(kUnknowns);
    backend->device().download(host.data(), gradient.as<float>(), kUnknowns * sizeof(float));
    return host;
  }

  TestBackend backend;
  Graph graph;
  std::vector<StyleStatistics> targets;
  GuardedBuffer pixels{*backend, kUnknowns * sizeof(float)};
  GuardedBuffer gradient{*backend, kUnknowns * sizeof(float)};
};

void check_same_bytes(Run& a, Run& b) {
  for (std::size_t s = 0; s < a.targets.size(); ++s) {
    CHECK(a.targets[s].gram == b.targets[s].gram);
    CHECK(a.targets[s].mean == b.targets[s].mean);
  }
  const LossValues of_a = a.evaluate(), of_b = b.evaluate();
  CHECK(of_a.total == of_b.total);
  CHECK(of_a.terms == of_b.terms);
  CHECK(of_a.total > 0);
  for (int layer = 0; layer < a.graph.layer_count(); ++layer) {
    CHECK(a.graph.activations(layer) == b.graph.activations(layer));
  }
  CHECK(a.gradient_on_host() == b.gradient_on_host());
}

Balance some_balance() {
  return {{3, -2, 5, 5, 0, 11, -7, 1, 2, -1, 4, 9, -3}, 13};
}

/// `layer`'s kernel times 2^exponent, on top of what it is.
void scale_kernel(NetworkWeights& weights, std::size_t layer, int exponent) {
  for (float& value : weights.layers[layer].kernel) value = std::ldexp(value, exponent);
}

}  // namespace

TEST_CASE("balance: the same bytes as without, for every normalisation, Gram mode and pooling") {
  struct Case {
    Normalization normalization;
    GramMode gram;
    Pooling pooling;
  };
  for (const Case& c : {Case{Normalization::kGatys, GramMode::kRaw, Pooling::kAverage},
                        Case{Normalization::kNeuralStyle, GramMode::kCentered, Pooling::kMax},
                        Case{Normalization::kTutorial, GramMode::kBoth, Pooling::kAverage},
                        Case{Normalization::kRelative, GramMode::kRaw, Pooling::kL2},
                        Case{Normalization::kRelative, GramMode::kBoth, Pooling::kMax}}) {
    CAPTURE(static_cast<int>(c.normalization));
    LossSpec spec = every_term();
    spec.normalization = c.normalization;
    spec.gram = c.gram;
    spec.pooling = c.pooling;
    GraphOptions options;
    options.divide_terms_by_value = c.normalization == Normalization::kTutorial;
    Run plain(with_biases(), spec, options);
    options.balance = some_balance();
    Run balanced(with_biases(), spec, options);
    check_same_bytes(plain, balanced);
  }
}

TEST_CASE("balance: weights that overflow float32 do not once they are balanced") {
  // The same network but for the units of three layers: activations 2^e times as large.
  const std::vector<int> units = {64, 124, 62, 0};
  NetworkWeights weights = with_biases();
  int below = 0;
  for (std::size_t l = 0; l < units.size(); ++l) {
    weights.layers[l] = balanced_weights(weights.layers[l], -below, -units[l]);
    below = units[l];
  }
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{3, 1}};
  TestBackend backend;
  const auto deepest_activations = [&](const NetworkWeights& of, const Balance& balance) {
    Graph graph(*backend, of, kHeight, kWidth, spec, {.balance = balance});
    graph.run_forward(picture(1).data());
    return graph.activations(3);
  };
  const std::vector<float> expected = deepest_activations(with_biases(), {});
  CHECK(deepest_activations(weights, {units, 0}) == expected);
  CHECK(deepest_activations(weights, {}) != expected);
}

TEST_CASE("balance: what is chosen brings every layer and the gradients to their range") {
  NetworkWeights weights = with_biases();
  scale_kernel(weights, kConv3_1, 15);  // far beyond float16
  Run plain(weights, every_term(), {});
  const Magnitudes found = plain.magnitudes();
  REQUIRE(found.activations.size() == 13);
  REQUIRE(found.gradients.size() == 13);
  CHECK(found.activations[kConv3_1] > 65504);
  const Balance balance = choose_balance(Model::kVgg16, found);
  double largest_gradient = 0;
  for (int layer = 0; layer < 13; ++layer) {
    const auto l = static_cast<std::size_t>(layer);
    const double stored = std::ldexp(found.activations[l], -balance.exponent(layer));
    CHECK(stored >= 128);
    CHECK(stored < 256);
    const int exponent = balance.exponent(layer) + balance.gradient_exponent;
    largest_gradient = std::max(largest_gradient, std::ldexp(found.gradients[l], exponent));
  }
  CHECK(largest_gradient >= 256);
  CHECK(largest_gradient < 512);
  Run balanced(weights, every_term(), {.balance = balance});
  check_same_bytes(plain, balanced);
  // Reported in the network's own units, whatever the balance.
  const Magnitudes again = balanced.magnitudes();
  CHECK(again.activations == found.activations);
  CHECK(again.gradients == found.gradients);
}

TEST_CASE("balance: magnitudes are those of the activations") {
  Run run(synthetic(), every_term(), {});
  const Magnitudes found = run.magnitudes();
  for (int layer = 0; layer < 13; ++layer) {
    const std::vector<float> f = run.graph.activations(layer);
    CHECK(found.activations[static_cast<std::size_t>(layer)] ==
          static_cast<double>(*std::max_element(f.begin(), f.end())));
  }
  const Magnitudes forward_only = run.graph.magnitudes(run.pixels.as<float>(), nullptr);
  CHECK(forward_only.activations == found.activations);
  CHECK(forward_only.gradients.empty());
}

TEST_CASE("balance: several pictures, layers of zeros, numbers that are none") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Magnitudes both = largest({{1, 300, 2}, {4}}, {{5, 200, nan}, {3}});
  CHECK(both.activations[0] == 5);
  CHECK(both.activations[1] == 300);
  CHECK(std::isnan(both.activations[2]));
  CHECK(both.gradients == std::vector<double>{4});
  CHECK(choose_balance(Model::kVgg16, {{1024, 0, 1}, {}}).exponents == std::vector<int>{3, 3, -7});
  CHECK(choose_balance(Model::kVgg16, {{1024, 0, 1}, {}}).gradient_exponent == 0);
  CHECK_THROWS_WITH_AS(choose_balance(Model::kVgg16, both),
                       doctest::Contains("the activations of conv2_1 are not finite"), InputError);
}

TEST_CASE("balance: a balance of too few layers is a mistake of ours") {
  TestBackend backend;
  CHECK_THROWS_AS(Graph(*backend, synthetic(), 32, 32, every_term(), {.balance = {{1, 2}, 0}}),
                  InternalError);
}

TEST_CASE("overflow: nothing is found where nothing is wrong") {
  Run run(synthetic(), every_term(), {});
  CHECK(run.find_overflow().empty());
}

TEST_CASE("overflow: the first layer whose activations are not finite") {
  NetworkWeights weights = synthetic();
  scale_kernel(weights, kConv3_1, 125);
  Run run(weights, every_term(), {});
  CHECK_FALSE(std::isfinite(run.evaluate().total));
  const std::string found = run.find_overflow();
  CAPTURE(found);
  CHECK(found.rfind("conv3_1 overflowed: its activations are not finite, those of conv2_2 reach ",
                    0) == 0);
}

TEST_CASE("overflow: a style loss whose products are too large") {
  NetworkWeights weights = synthetic();
  scale_kernel(weights, kConv1_2, 80);
  scale_kernel(weights, kConv2_1, -80);
  Run run(weights, every_term(), {});
  CHECK_FALSE(std::isfinite(run.evaluate().total));
  CHECK(run.find_overflow().rfind("conv1_2 overflowed: its style loss is not finite", 0) == 0);
}

TEST_CASE("overflow: a gradient where activations and values are finite") {
  LossSpec spec = every_term();
  spec[LossKind::kStyle].weight = 0;
  spec.normalization = Normalization::kGatys;
  spec[LossKind::kContent].layers = {{3, 1}, {8, 0.5}};
  spec[LossKind::kContent].weight = 1e38;
  Run run(synthetic(), spec, {});
  CHECK(std::isfinite(run.evaluate().total));
  const std::string found = run.find_overflow();
  CAPTURE(found);
  CHECK(found.find("overflowed: its gradient is not finite") != std::string::npos);
}

TEST_CASE("overflow: pixels that are no numbers") {
  Run run(synthetic(), every_term(), {});
  std::vector<float> pixels = picture(1);
  pixels[7] = std::numeric_limits<float>::quiet_NaN();
  run.backend->device().upload(run.pixels.as<float>(), pixels.data(), kUnknowns * sizeof(float));
  CHECK(run.find_overflow() == "the pixels themselves are not finite");
}

// The whole value and gradient on the backend under test: every normalisation, Gram mode, pooling
// and model, subsets of layers and terms, odd and tiny pictures.

#include <set>

#include "runtime/error.h"
#include "tests/net/graph_comparison.h"
#include "tests/reference/network.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;
namespace ref = vggstyle::reference;

namespace {

void compare(Model model, const LossSpec& spec, int height, int width) {
  TestBackend backend;
  compare_with_reference(backend, model, spec, height, width);
}

constexpr Normalization kNormalizations[] = {Normalization::kGatys, Normalization::kNeuralStyle,
                                             Normalization::kTutorial, Normalization::kRelative};
constexpr GramMode kGramModes[] = {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth};

}  // namespace

TEST_CASE("graph: every normalisation with every Gram mode and pooling") {
  for (const Normalization normalization : kNormalizations) {
    for (const GramMode mode : kGramModes) {
      for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage, Pooling::kL2}) {
        CAPTURE(static_cast<int>(normalization));
        CAPTURE(static_cast<int>(mode));
        CAPTURE(static_cast<int>(pooling));
        LossSpec spec;
        spec.normalization = normalization;
        spec.gram = mode;
        spec.pooling = pooling;
        spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {2, 2}, {4, 1}};
        spec[LossKind::kContent].layers = {{3, 1}, {4, 0.5}};
        spec[LossKind::kContent].weight = 0.1;
        spec[LossKind::kTv].weight = 0.01;
        compare(Model::kVgg16, spec, 19, 14);
      }
    }
  }
}

TEST_CASE("graph: every kind of total variation in every normalisation, of tiles too") {
  for (const TotalVariation kind :
       {TotalVariation::kAbsolute, TotalVariation::kSquared, TotalVariation::kIsotropic}) {
    for (const Normalization normalization : kNormalizations) {
      CAPTURE(static_cast<int>(kind));
      CAPTURE(static_cast<int>(normalization));
      LossSpec spec;
      spec.tv_kind = kind;
      spec.normalization = normalization;
      spec[LossKind::kStyle].weight = 0;
      spec[LossKind::kTv].weight = 0.01;
      compare(Model::kVgg16, spec, 19, 14);
      spec.padding = Padding::kCircular;
      compare(Model::kVgg16, spec, 5, 1);
    }
  }
}

TEST_CASE("graph: other style losses than Gram's, in every normalisation, whole and by region") {
  for (const StyleForm form : {StyleForm::kMoments, StyleForm::kWasserstein}) {
    for (const Normalization normalization : kNormalizations) {
      CAPTURE(static_cast<int>(form));
      CAPTURE(static_cast<int>(normalization));
      LossSpec spec;
      spec.style_form = form;
      spec.normalization = normalization;
      const bool wide =
          normalization == Normalization::kRelative;  // 128 channels take the judge long
      spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {1, 1}};
      if (wide) spec[LossKind::kStyle].layers.push_back({2, 2});
      spec[LossKind::kContent].layers = {{3, 1}};
      spec[LossKind::kContent].weight = 0.1;
      compare(Model::kVgg16, spec, 9, 10);  // fewer positions than channels
      if (!wide) continue;
      compare(Model::kVgg16, spec, 35, 33);
      spec.regions = 2;
      compare(Model::kVgg16, spec, 35, 33);
    }
  }
}

TEST_CASE("graph: regions, in every normalisation") {
  for (const Normalization normalization : kNormalizations) {
    CAPTURE(static_cast<int>(normalization));
    LossSpec spec;
    spec.normalization = normalization;
    spec.regions = 3;
    spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {2, 2}, {4, 1}, {7, 1}};
    spec[LossKind::kContent].layers = {{5, 1}};
    spec[LossKind::kContent].weight = 0.1;
    compare(Model::kVgg16, spec, 35, 33);
    spec.content_weights = true;
    compare(Model::kVgg16, spec, 35, 33);
  }
}

TEST_CASE("graph: content weights of 1 change nothing, and of 2 are twice the weight") {
  TestBackend backend;
  const int height = 21, width = 18;
  const std::vector<float> rgb = picture(height, width, 1);
  for (const Normalization normalization : kNormalizations) {
    CAPTURE(static_cast<int>(normalization));
    LossSpec spec;
    spec.normalization = normalization;
    spec[LossKind::kStyle].weight = 0;
    spec[LossKind::kContent] = {1.0, {{3, 1}}};
    const auto value = [&](std::vector<float> weights) {
      spec.content_weights = !weights.empty();
      Graph graph(*backend, weights_of(Model::kVgg16), height, width, spec,
                  {.content_weights = std::move(weights)});
      graph.set_content_target(picture(height, width, 2).data());
      GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
      GuardedBuffer gradient(*backend, rgb.size() * sizeof(float));
      backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
      return graph.evaluate(pixels.as<float>(), gradient.as<float>()).total;
    };
    const std::size_t count = rgb.size() / 3;
    CHECK(value(std::vector<float>(count, 1.0F)) == doctest::Approx(value({})).epsilon(1e-5));
    CHECK(value(std::vector<float>(count, 2.0F)) == doctest::Approx(2 * value({})).epsilon(1e-5));
  }
}

TEST_CASE("graph: one region that is the whole picture is no region") {
  TestBackend backend;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {1, 1}, {4, 1}};
  const int height = 21, width = 18;
  const std::vector<float> rgb = picture(height, width, 1);
  const auto values = [&](int regions, std::vector<float> weights) {
    spec.regions = regions;
    GraphOptions options;
    if (regions > 0) options.regions = {{"all", std::move(weights)}};
    Graph graph(*backend, weights_of(Model::kVgg16), height, width, spec, options);
    graph.set_style_targets(graph.style_statistics(picture(height, width, 2).data()));
    GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
    GuardedBuffer gradient(*backend, rgb.size() * sizeof(float));
    backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
    return graph.evaluate(pixels.as<float>(), gradient.as<float>()).total;
  };
  const std::size_t count = rgb.size() / 3;
  CHECK(values(1, std::vector<float>(count, 1.0F)) == doctest::Approx(values(0, {})).epsilon(1e-5));
  // Half of each pixel: the same statistics, and half of the area.
  CHECK(values(1, std::vector<float>(count, 0.5F)) ==
        doctest::Approx(0.5 * values(0, {})).epsilon(1e-5));
}

TEST_CASE("graph: a region that a style layer has next to nothing of is refused") {
  TestBackend backend;
  LossSpec spec;
  spec.regions = 1;
  spec[LossKind::kStyle].layers = {{0, 1}, {4, 1}};
  StyleRegion region{"sky", std::vector<float>(24 * 24)};
  const auto refusal = [&] {
    try {
      const Graph graph(*backend, weights_of(Model::kVgg16), 24, 24, spec, {.regions = {region}});
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refusal().find("region sky covers less than one position of pixels") == 0);
  for (std::size_t i = 0; i < 15; ++i) region.weights[i] = 1;
  CHECK(refusal().find("region sky covers less than one position of conv3_1") == 0);
  for (std::size_t i = 24; i < 39; ++i) region.weights[i] = 1;
  CHECK(refusal().empty());
}

TEST_CASE("graph: all layers of both models") {
  for (const Model model : {Model::kVgg16, Model::kVgg19}) {
    for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
      CAPTURE(static_cast<int>(model));
      LossSpec spec;
      spec.pooling = pooling;
      spec[LossKind::kStyle].layers = all_layers(model);
      spec[LossKind::kContent].layers = {{9, 1}};
      spec[LossKind::kContent].weight = 0.05;
      compare(model, spec, 35, 33);
    }
  }
}

TEST_CASE("graph: layers one pixel high, pictures smaller than the pools of deeper blocks") {
  LossSpec spec;
  spec[LossKind::kStyle].layers = all_layers(Model::kVgg16);
  compare(Model::kVgg16, spec, 16, 21);  // block 5 is 1 x 1
  spec[LossKind::kStyle].layers = {{0, 1}, {1, 1}};
  compare(Model::kVgg16, spec, 1, 5);
  compare(Model::kVgg16, spec, 1, 1);
  spec[LossKind::kStyle].layers = {{2, 1}};
  compare(Model::kVgg16, spec, 3, 2);
}

TEST_CASE("graph: each term alone") {
  LossSpec none;
  none[LossKind::kStyle].weight = 0;
  LossSpec style = none, content = none, tv = none, pixels = none;
  style[LossKind::kStyle].weight = 2;
  style[LossKind::kStyle].layers = {{5, 1}};
  content[LossKind::kContent].weight = 3;
  content[LossKind::kContent].layers = {{6, 1}};
  tv[LossKind::kTv].weight = 0.5;
  pixels[LossKind::kStyle].weight = 1;
  pixels[LossKind::kStyle].layers = {{kPixelLayer, 1}};
  for (const LossSpec& spec : {style, content, tv, pixels}) compare(Model::kVgg16, spec, 11, 12);
}

TEST_CASE("graph: a gradient on other activations has their sides of every ReLU and pool") {
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 1}, {1, 1}, {4, 1}, {7, 1}};
  spec[LossKind::kTv].weight = 0.1;
  const Shape shape{3, 29, 34};
  TestBackend backend;
  Graph graph(*backend, weights_of(Model::kVgg16), shape.height, shape.width, spec);
  graph.set_style_targets(graph.style_statistics(picture(29, 34, 2).data()));
  const std::size_t bytes = shape.elements() * sizeof(float);
  const Buffer pixels(backend->device(), bytes), gradient(backend->device(), bytes);
  const auto at = [&](const std::vector<float>& rgb, const auto& evaluate) {
    backend->device().upload(pixels.data(), rgb.data(), bytes);
    evaluate();
    std::vector<float> result(rgb.size());
    backend->device().download(result.data(), gradient.data(), bytes);
    return result;
  };
  const auto plainly = [&] { graph.evaluate(pixels.as<float>(), gradient.as<float>()); };
  const auto apart = [](const std::vector<float>& a, const std::vector<float>& b) {
    return relative_error(a, std::vector<double>(b.begin(), b.end()));
  };

  const std::vector<float> here = picture(29, 34, 1);
  std::vector<float> near = here;
  for (std::size_t i = 0; i < near.size(); i += 2) near[i] += 0.05F;
  const std::vector<float> expected = at(here, plainly);
  std::vector<std::vector<float>> activations;
  for (int layer = 0; layer < graph.layer_count(); ++layer) {
    activations.push_back(graph.activations(layer));
  }
  const std::vector<float> own_sides = at(near, plainly);
  const std::vector<float> their_sides =
      at(near, [&] { graph.evaluate_on(pixels.as<float>(), gradient.as<float>(), activations); });
  CHECK(apart(their_sides, expected) < 0.5 * apart(own_sides, expected));
  CHECK(apart(own_sides, expected) > 1e-3);
  const std::vector<float> none =
      at(near, [&] { graph.evaluate_on(pixels.as<float>(), gradient.as<float>(), {}); });
  CHECK(none == own_sides);
}

TEST_CASE("graph: torch preprocessing") {
  NetworkWeights weights = weights_of(Model::kVgg16);
  weights.preprocessing = Preprocessing::kTorch;
  const std::vector<float> rgb = picture(8, 9, 4);
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{1, 1}};
  TestBackend backend;
  Graph graph(*backend, weights, 8, 9, spec);
  graph.run_forward(rgb.data());
  const auto expected = ref::activations(weights, to_reference(rgb, {3, 8, 9}), Pooling::kMax, 1);
  CHECK(relative_error(graph.activations(1), expected[1].data) < 1e-5);
}

TEST_CASE("graph: only the layers that are needed exist, idle losses cost nothing") {
  TestBackend backend;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{2, 1}};
  spec[LossKind::kContent].layers = {{9, 1}};
  spec[LossKind::kContent].weight = 0;
  Graph shallow(*backend, weights_of(Model::kVgg16), 32, 32, spec);
  CHECK(shallow.layer_count() == 3);
  CHECK(shallow.spec()[LossKind::kContent].layers.empty());
  spec[LossKind::kContent].weight = 1;
  Graph deep(*backend, weights_of(Model::kVgg16), 32, 32, spec);
  CHECK(deep.layer_count() == 10);
  CHECK(deep.memory_bytes() > shallow.memory_bytes());
}

TEST_CASE("graph: weights that lack deep layers do for shallow runs, and are named for deep ones") {
  NetworkWeights weights = weights_of(Model::kVgg16);
  for (std::size_t i = 7; i < weights.layers.size(); ++i) weights.layers[i] = {};
  TestBackend backend;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{6, 1}};
  CHECK_NOTHROW(Graph(*backend, weights, 16, 16, spec));
  spec[LossKind::kStyle].layers = {{7, 1}};
  CHECK_THROWS_WITH_AS(Graph(*backend, weights, 16, 16, spec),
                       doctest::Contains("lack layer conv4_1"), InputError);
}

TEST_CASE("graph: a picture too small and a layer named twice are the user's errors") {
  TestBackend backend;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{10, 1}};
  CHECK_THROWS_WITH_AS(Graph(*backend, weights_of(Model::kVgg16), 15, 40, spec),
                       doctest::Contains("too small for layer conv5_1, which needs 16x16"),
                       InputError);
  spec[LossKind::kStyle].layers = {{1, 1}, {2, 1}, {1, 1}};
  CHECK_THROWS_WITH_AS(Graph(*backend, weights_of(Model::kVgg16), 40, 40, spec),
                       doctest::Contains("conv1_2 is named twice"), InputError);
}

TEST_CASE("graph: the same bytes from run to run and for any number of threads") {
  LossSpec spec;
  spec[LossKind::kStyle].layers = all_layers(Model::kVgg16);
  spec[LossKind::kStyle].layers.push_back({kPixelLayer, 1});
  spec[LossKind::kContent].layers = {{9, 1}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.1;
  const std::vector<float> rgb = picture(66, 61, 1), style = picture(66, 61, 2);
  std::vector<float> first;
  double total = 0;
  for (const int threads : {1, 2, 2, 3}) {
    TestBackend backend(threads);
    Graph graph(*backend, weights_of(Model::kVgg16), 66, 61, spec);
    graph.set_style_targets(graph.style_statistics(style.data()));
    graph.set_content_target(style.data());
    GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
    GuardedBuffer gradient(*backend, rgb.size() * sizeof(float));
    backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
    const LossValues values = graph.evaluate(pixels.as<float>(), gradient.as<float>());
    std::vector<float> d(rgb.size());
    backend->device().download(d.data(), gradient.as<float>(), d.size() * sizeof(float));
    if (first.empty()) {
      first = d;
      total = values.total;
    }
    CHECK(d == first);
    CHECK(values.total == total);
  }
}

TEST_CASE("graph: terms divided by their values: each gradient has its weight over its value") {
  LossSpec spec;
  spec.normalization = Normalization::kTutorial;
  spec[LossKind::kStyle].layers = {{0, 1}, {2, 1}};
  spec[LossKind::kContent].layers = {{1, 1}};
  spec[LossKind::kStyle].weight = 10;
  spec[LossKind::kContent].weight = 1.5;
  spec[LossKind::kTv].weight = 0.3;
  const std::vector<float> rgb = picture(10, 12, 1), other = picture(10, 12, 2);
  TestBackend backend;
  GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
  GuardedBuffer gradient(*backend, rgb.size() * sizeof(float));
  backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
  const auto run = [&](const LossSpec& of, bool divide) {
    Graph graph(*backend, weights_of(Model::kVgg16), 10, 12, of, {.divide_terms_by_value = divide});
    graph.set_style_targets(graph.style_statistics(other.data()));
    graph.set_content_target(other.data());
    const LossValues values = graph.evaluate(pixels.as<float>(), gradient.as<float>());
    std::vector<float> d(rgb.size());
    backend->device().download(d.data(), gradient.as<float>(), d.size() * sizeof(float));
    return std::pair(values, d);
  };
  std::vector<double> expected(rgb.size());
  for (const LossKind kind : kPictureKinds) {
    const auto [values, d] = run(only(spec, kind), false);
    const double weight = spec[kind].weight;
    for (std::size_t i = 0; i < d.size(); ++i) {
      expected[i] += static_cast<double>(d[i]) * weight / values.total;
    }
  }
  CHECK(relative_error(run(spec, true).second, expected) < 1e-5);
}

TEST_CASE("graph: the observer hears of every phase of every layer") {
  struct Listener : PhaseObserver {
    void begin(const char* phase, const std::string& layer) override {
      CHECK(open == 0);
      ++open;
      heard.insert(std::string(phase) + " " + layer);
    }
    void end() override { --open; }
    int open = 0;
    std::set<std::string> heard;
  } listener;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{1, 1}};
  TestBackend backend;
  Graph graph(*backend, weights_of(Model::kVgg16), 4, 4, spec);
  graph.set_style_targets(graph.style_statistics(picture(4, 4, 1).data()));
  GuardedBuffer pixels(*backend, 48 * sizeof(float)), gradient(*backend, 48 * sizeof(float));
  backend->device().upload(pixels.as<float>(), picture(4, 4, 2).data(), 48 * sizeof(float));
  graph.set_observer(&listener);
  graph.evaluate(pixels.as<float>(), gradient.as<float>());
  CHECK(listener.open == 0);
  CHECK(listener.heard == std::set<std::string>{"forward conv1_1", "forward conv1_2",
                                                "statistics conv1_2", "loss terms conv1_2",
                                                "backward conv1_1", "backward conv1_2",
                                                "backward pixels"});
}

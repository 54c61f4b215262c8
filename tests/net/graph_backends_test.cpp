// The whole value and gradient, and a run of the optimiser, on every backend and precision:
// pictures as small as a simulated GPU allows.

#include <array>

#include "optim/graph_objective.h"
#include "optim/lbfgs.h"
#include "optim/preconditioner/pyramid_preconditioner.h"
#include "runtime/error.h"
#include "tests/net/graph_comparison.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

constexpr int kHeight = 12, kWidth = 11;
constexpr std::size_t kUnknowns = 3 * kHeight * kWidth;

LossSpec style_and_content() {
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{0, 1}, {2, 1}};
  spec[LossKind::kContent].layers = {{1, 1}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.01;
  return spec;
}

/// Whether the variant shares its code with others, so that one of several settings will do.
bool shares_code(const TestBackend& backend) {
  return backend.variant.networks == Networks::kConv4_1;
}

/// A graph with targets.
std::unique_ptr<Graph> graph_on(Backend& backend) {
  auto graph = std::make_unique<Graph>(backend, weights_of(Model::kVgg16), kHeight, kWidth,
                                       style_and_content(), GraphOptions{.balance = {{}, 12}});
  graph->set_style_targets(graph->style_statistics(picture(kHeight, kWidth, 2).data()));
  graph->set_content_target(picture(kHeight, kWidth, 3).data());
  return graph;
}

/// Values of an L-BFGS run, from the start on.
std::vector<double> descend(Backend& backend, bool preconditioned) {
  const auto graph = graph_on(backend);
  GraphObjective objective(*graph);
  const std::vector<float> start = picture(kHeight, kWidth, 1);
  Buffer x(backend.device(), kUnknowns * sizeof(float));
  backend.device().upload(x.data(), start.data(), x.bytes());
  LbfgsOptions options;
  options.max_evaluations = 8;
  options.bounds = Bounds{};
  PyramidPreconditioner pyramid(backend, {3, kHeight, kWidth});
  if (preconditioned) options.preconditioner = &pyramid;
  std::vector<double> values;
  minimize(objective, backend.vector_ops(), x.as<float>(), options, [&](const Progress& progress) {
    values.push_back(progress.value.total);
    return true;
  });
  return values;
}

}  // namespace

TEST_CASE("backends: L-BFGS takes the same way as on another backend") {
  TestBackend backend;
  const TestEngine other = make_comparison_engine();
  for (const bool preconditioned : {false, true}) {
    CAPTURE(preconditioned);
    const std::vector<double> expected = descend(*other.backend, preconditioned);
    const std::vector<double> values = descend(*backend, preconditioned);
    REQUIRE(expected.size() > 4);
    REQUIRE(values.size() > 4);
    CHECK(expected[4] < 0.5 * expected[0]);
    for (std::size_t i = 0; i < 5; ++i) {
      CAPTURE(i);
      CHECK(values[i] == doctest::Approx(expected[i]).epsilon(100 * backend.bound(1e-5)));
    }
  }
}

TEST_CASE("backends: a recorded evaluation has the bytes of one issued step by step") {
  struct Observer : PhaseObserver {
    void begin(const char*, const std::string&) override {}
    void end() override {}
  } observer;
  TestBackend backend;
  const auto graph = graph_on(*backend);
  GuardedBuffer pixels(*backend, kUnknowns * sizeof(float));
  GuardedBuffer gradient(*backend, kUnknowns * sizeof(float));
  const auto evaluate = [&](unsigned seed) {
    const std::vector<float> rgb = picture(kHeight, kWidth, seed);
    backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
    const double total = graph->evaluate(pixels.as<float>(), gradient.as<float>()).total;
    std::vector<float> d(kUnknowns);
    backend->device().download(d.data(), gradient.as<float>(), d.size() * sizeof(float));
    return std::pair(total, d);
  };
  const auto first = evaluate(5), second = evaluate(6);  // the second one replays
  CHECK(first != second);
  graph->set_observer(&observer);
  CHECK(evaluate(5) == first);
  CHECK(evaluate(6) == second);
  graph->set_observer(nullptr);
  // New targets end a recording's life: it holds the old coefficients.
  graph->set_content_target(picture(kHeight, kWidth, 5).data());
  const auto other = evaluate(5);
  graph->set_observer(&observer);
  CHECK(evaluate(5) == other);
  CHECK(other != first);
}

TEST_CASE("backends: every Gram mode, pooling and term against float64") {
  TestBackend backend;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {1, 0.5}, {2, 2}, {4, 1}};
  spec[LossKind::kContent].layers = {{3, 1}, {4, 0.5}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.01;
  for (const GramMode mode : {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth}) {
    if (shares_code(backend) && mode != GramMode::kBoth) continue;
    CAPTURE(static_cast<int>(mode));
    spec.gram = mode;
    spec.pooling = mode == GramMode::kCentered ? Pooling::kAverage
                   : mode == GramMode::kRaw    ? Pooling::kL2
                                               : Pooling::kMax;
    if (mode == GramMode::kBoth) spec.tv_kind = TotalVariation::kIsotropic;
    compare_with_reference(backend, Model::kVgg16, spec, 11, 9);
  }
}

TEST_CASE("backends: other style losses than Gram's against float64, whole and by region") {
  TestBackend backend;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {1, 0.5}, {2, 2}};
  spec[LossKind::kContent].layers = {{3, 1}};
  spec[LossKind::kContent].weight = 0.1;
  for (const StyleForm form : {StyleForm::kMoments, StyleForm::kWasserstein}) {
    CAPTURE(static_cast<int>(form));
    spec.style_form = form;
    spec.regions = 0;
    compare_with_reference(backend, Model::kVgg16, spec, 11, 9);
    spec.regions = 2;
    compare_with_reference(backend, Model::kVgg16, spec, 11, 9);
  }
}

TEST_CASE(
    "backends: regions and content weights against float64, hard and soft edges, overlapping") {
  TestBackend backend;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {2, 2}, {3, 1}};
  spec[LossKind::kContent].layers = {{3, 1}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.01;
  for (const GramMode mode : {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth}) {
    if (shares_code(backend) && mode != GramMode::kBoth) continue;
    CAPTURE(static_cast<int>(mode));
    spec.gram = mode;
    spec.regions = mode == GramMode::kRaw ? 1 : 2;
    spec.content_weights = mode != GramMode::kCentered;
    compare_with_reference(backend, Model::kVgg16, spec, 11, 9);
  }
  // No content: the deepest layer has nothing but regions.
  spec[LossKind::kContent].weight = 0;
  compare_with_reference(backend, Model::kVgg16, spec, 12, 10);
}

TEST_CASE("backends: every padding against float64, odd sizes, down to one position") {
  TestBackend backend;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {1, 0.5}, {2, 2}, {4, 1}};
  spec[LossKind::kContent].layers = {{3, 1}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.01;
  for (const Padding padding : {Padding::kReflect, Padding::kReplicate, Padding::kCircular}) {
    CAPTURE(static_cast<int>(padding));
    spec.padding = padding;
    if (!backend.variant.any_padding) {
      CHECK_THROWS_AS(Graph(*backend, weights_of(Model::kVgg16), 8, 8, spec), InputError);
      continue;
    }
    if (shares_code(backend) && padding != Padding::kReflect) continue;
    const bool low = padding == Padding::kReplicate;
    compare_with_reference(backend, Model::kVgg16, spec, low ? 4 : 11, low ? 18 : 9);
  }
}

namespace {

/// Rows moved down by `dy` and columns to the right by `dx`, around the picture.
std::vector<float> rolled(const std::vector<float>& chw, Shape shape, int dy, int dx) {
  std::vector<float> result(chw.size());
  std::size_t from = 0;
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) {
        const int to = (c * shape.height + (y + dy) % shape.height) * shape.width;
        result[static_cast<std::size_t>(to + (x + dx) % shape.width)] = chw[from++];
      }
    }
  }
  return result;
}

}  // namespace

TEST_CASE(
    "backends: a tile rolled by multiples of the pools' stride has the same loss and gradient") {
  TestBackend backend;
  if (!backend.variant.any_padding) return;
  const Shape shape{3, 12, 16};
  constexpr int kStride = 4;  // of the two pools before conv3_1
  LossSpec spec = style_and_content();
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {2, 1}, {4, 1}};
  const std::vector<float> rgb = picture(12, 16, 1), content = picture(12, 16, 3);
  GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
  GuardedBuffer gradient(*backend, rgb.size() * sizeof(float));
  const auto evaluate = [&](int dy, int dx) {
    Graph graph(*backend, weights_of(Model::kVgg16), shape.height, shape.width, spec,
                GraphOptions{.balance = {{}, 12}});
    graph.set_style_targets(graph.style_statistics(picture(12, 16, 2).data()));
    graph.set_content_target(rolled(content, shape, dy, dx).data());
    const std::vector<float> moved = rolled(rgb, shape, dy, dx);
    backend->device().upload(pixels.as<float>(), moved.data(), moved.size() * sizeof(float));
    const LossValues values = graph.evaluate(pixels.as<float>(), gradient.as<float>());
    std::vector<float> d(rgb.size());
    backend->device().download(d.data(), gradient.as<float>(), d.size() * sizeof(float));
    return std::pair(values.total, d);
  };
  /// How far value and gradient of the rolled picture are apart from `still`, those where it was.
  const auto apart = [&](const auto& still, int dy, int dx) {
    const auto moved = evaluate(dy, dx);
    const std::vector<float> expected = rolled(still.second, shape, dy, dx);
    return std::max(
        std::abs(moved.first - still.first) / still.first,
        relative_error(moved.second, std::vector<double>(expected.begin(), expected.end())));
  };
  CHECK(apart(evaluate(0, 0), kStride, 2 * kStride) > 0.02);  // zeros tell where it begins
  spec.padding = Padding::kCircular;
  CHECK(apart(evaluate(0, 0), 2 * kStride, 3 * kStride) < backend.bound(1e-4));
}

TEST_CASE("backends: all layers of both models against float64") {
  TestBackend backend;
  for (const Model model : {Model::kVgg16, Model::kVgg19}) {
    const Networks networks = backend.variant.networks;
    if (model == Model::kVgg19 && networks != Networks::kBoth) continue;
    CAPTURE(static_cast<int>(model));
    LossSpec spec;
    spec[LossKind::kStyle].layers = all_layers(model);
    spec[LossKind::kContent].layers = {{9, 1}};
    spec[LossKind::kContent].weight = 0.05;
    if (networks == Networks::kConv4_1) {
      spec[LossKind::kStyle].layers.resize(8);
      spec[LossKind::kContent].layers = {{6, 1}};
      compare_with_reference(backend, model, spec, 9, 8);  // one position deep down
    } else {
      compare_with_reference(backend, model, spec, 17, 16);
    }
  }
}

TEST_CASE(
    "backends: ten evaluations of L-BFGS, recorded, again, and step by step: the same bytes") {
  struct Observer : PhaseObserver {
    void begin(const char*, const std::string&) override {}
    void end() override {}
  } observer;
  TestBackend backend;
  const auto run = [&](bool step_by_step) {
    LossSpec spec;
    spec[LossKind::kStyle].layers = {{0, 1}};
    const auto graph = std::make_unique<Graph>(*backend, weights_of(Model::kVgg16), kHeight, kWidth,
                                               spec, GraphOptions{.balance = {{}, 12}});
    graph->set_style_targets(graph->style_statistics(picture(kHeight, kWidth, 2).data()));
    if (step_by_step) graph->set_observer(&observer);
    GraphObjective objective(*graph);
    std::vector<float> pixels = picture(kHeight, kWidth, 1);
    Buffer x(backend->device(), kUnknowns * sizeof(float));
    backend->device().upload(x.data(), pixels.data(), x.bytes());
    LbfgsOptions options;
    options.max_evaluations = 10;
    options.bounds = Bounds{};
    minimize(objective, backend->vector_ops(), x.as<float>(), options, {});
    backend->device().download(pixels.data(), x.data(), x.bytes());
    return pixels;
  };
  const std::vector<float> first = run(false);
  CHECK(first != picture(kHeight, kWidth, 1));
  CHECK(run(false) == first);
  CHECK(run(true) == first);
}

TEST_CASE("graph: content on the pixels, which are a layer like the others, in closed form") {
  TestBackend backend;
  LossSpec spec;
  spec.normalization = Normalization::kNeuralStyle;
  spec[LossKind::kStyle].weight = 0;
  spec[LossKind::kContent] = {3.0, {{kPixelLayer, 0.5}}};
  const std::vector<float> rgb = picture(7, 5, 1), content = picture(7, 5, 2);
  Graph graph(*backend, weights_of(Model::kVgg16), 7, 5, spec);
  graph.set_content_target(content.data());
  GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
  GuardedBuffer gradient(*backend, rgb.size() * sizeof(float));
  backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
  const LossValues values = graph.evaluate(pixels.as<float>(), gradient.as<float>());
  std::vector<float> d(rgb.size());
  backend->device().download(d.data(), gradient.as<float>(), d.size() * sizeof(float));
  const double factor = 1.5 / static_cast<double>(rgb.size());
  double expected = 0;
  std::vector<double> slope(rgb.size());
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    const double apart = (static_cast<double>(rgb[i]) - static_cast<double>(content[i])) / 255;
    expected += factor * apart * apart;
    slope[i] = 2 * factor * apart / 255;
  }
  CHECK(graph.layer_count() == 0);
  CHECK(values.total == doctest::Approx(expected).epsilon(1e-5));
  CHECK(relative_error(d, slope) < 1e-4);
}

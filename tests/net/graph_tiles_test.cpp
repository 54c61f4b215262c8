// A picture in tiles has the loss and the gradient of the picture in one.

#include <limits>

#include "runtime/error.h"
#include "tests/net/graph_comparison.h"
#include "tests/net/tile_comparison.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

constexpr int kDeepest = 3;  // conv2_2

LossSpec all_kinds() {
  LossSpec spec = kinds_up_to_conv2_2();
  spec[LossKind::kTemporal].weight = 0.1;
  return spec;
}

const int kLeast = least_window(Model::kVgg16, kDeepest, true);

}  // namespace

TEST_CASE(
    "tiles: value and gradient of every Gram mode and style loss, and every normalisation, odd "
    "sizes") {
  TestBackend backend;
  LossSpec spec = all_kinds();
  for (const GramMode gram : {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth}) {
    CAPTURE(static_cast<int>(gram));
    spec.gram = gram;
    compare_tiles(backend, spec, 35, 41, kLeast);
  }
  for (const StyleForm form : {StyleForm::kMoments, StyleForm::kWasserstein}) {
    CAPTURE(static_cast<int>(form));
    LossSpec other = all_kinds();
    other.style_form = form;
    compare_tiles(backend, other, 35, 41, kLeast);
  }
  for (const Normalization normalization :
       {Normalization::kGatys, Normalization::kNeuralStyle, Normalization::kTutorial}) {
    CAPTURE(static_cast<int>(normalization));
    spec.normalization = normalization;
    compare_tiles(backend, spec, 20, 41, kLeast);
  }
}

TEST_CASE("tiles: isotropic total variation, with neighbours across the border and without") {
  TestBackend backend;
  LossSpec spec = all_kinds();
  spec.tv_kind = TotalVariation::kIsotropic;
  spec[LossKind::kTv].weight = 1;
  compare_tiles(backend, spec, 35, 41, kLeast);
  spec.padding = Padding::kCircular;
  compare_tiles(backend, spec, 36, 60, kLeast);
}

TEST_CASE("tiles: sizes about the window's, rests at every pool, every pooling, larger windows") {
  TestBackend backend;
  LossSpec spec = all_kinds();
  for (const int width : {kLeast + 1, kLeast + 2, kLeast + 3, 4 * kLeast + 1}) {
    compare_tiles(backend, spec, 20, width, kLeast);
    compare_tiles(backend, spec, width, 21, kLeast);
  }
  spec.pooling = Pooling::kAverage;
  spec[LossKind::kStyle].layers.push_back({4, 1});  // conv3_1
  compare_tiles(backend, spec, 61, 130, 90);
  spec.pooling = Pooling::kL2;
  compare_tiles(backend, spec, 61, 94, 90);
}

TEST_CASE("tiles: regions and content weights, whose edges are in halos, and tiles without") {
  TestBackend backend;
  LossSpec spec = all_kinds();
  for (const int regions : {1, 2}) {
    for (const bool content_weights : {false, true}) {
      spec.regions = regions;
      spec.content_weights = content_weights;
      compare_tiles(backend, spec, 34, 73, kLeast);
    }
  }
}

TEST_CASE("tiles: every padding") {
  TestBackend backend;
  LossSpec spec = all_kinds();
  for (const Padding padding : {Padding::kReflect, Padding::kReplicate, Padding::kCircular}) {
    CAPTURE(static_cast<int>(padding));
    spec.padding = padding;
    compare_tiles(backend, spec, 36, 60, kLeast);
  }
}

TEST_CASE("tiles: terms divided by their value, losses of the pixels alone") {
  TestBackend backend;
  LossSpec spec = all_kinds();
  spec.normalization = Normalization::kTutorial;
  compare_tiles(backend, spec, 30, 41, kLeast, true);
  LossSpec pixels;
  pixels[LossKind::kStyle].layers = {{kPixelLayer, 1}};
  pixels[LossKind::kContent].layers = {{kPixelLayer, 1}};
  pixels[LossKind::kTv].weight = 0.1;
  compare_tiles(backend, pixels, 7, 9, 4);
}

TEST_CASE("tiles: the memory of a graph, known before it is made, and less than in one") {
  TestBackend backend;
  LossSpec spec = all_kinds();
  spec.regions = 1;
  const int height = 300, width = 260;
  const auto said = [&](int tile) {
    return graph_bytes(Model::kVgg16, {3, height, width}, spec, backend->storage(), true, tile);
  };
  for (const int tile : {0, 100}) {
    CAPTURE(tile);
    Graph graph(*backend, weights_of(Model::kVgg16), height, width, spec,
                GraphOptions{.regions = regions_of(1, height, width), .tile = tile});
    graph.set_content_target(picture(height, width, 3).data());
    CHECK(said(tile) == doctest::Approx(static_cast<double>(graph.memory_bytes())).epsilon(0.03));
  }
  CHECK(said(100) < 0.6 * said(0));
}

TEST_CASE("tiles: where numbers stop being finite is found, and single layers are not shown") {
  TestBackend backend;
  NetworkWeights weights = weights_of(Model::kVgg16);
  weights.layers[2].bias[0] = std::numeric_limits<float>::infinity();
  Graph graph(*backend, weights, 70, 60, all_kinds(), GraphOptions{.tile = kLeast});
  const std::vector<float> rgb = picture(70, 60, 1);
  GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
  GuardedBuffer gradient(*backend, rgb.size() * sizeof(float));
  backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
  const std::string where = graph.find_overflow(pixels.as<float>(), gradient.as<float>());
  CHECK(where.find("conv2_1 overflowed") == 0);
  CHECK_THROWS_AS(graph.run_forward(rgb.data()), InternalError);
  CHECK_THROWS_AS(graph.magnitudes(pixels.as<float>(), gradient.as<float>()), InternalError);
}

// A picture that ranks share has the loss and the gradient of the picture in one.

#include <limits>

#include "net/tiles/band_vectors.h"
#include "runtime/error.h"
#include "tests/net/graph_comparison.h"
#include "tests/ranks/ranks_comparison.h"
#include "tests/ranks/thread_ranks.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

constexpr int kDeepest = 3;  // conv2_2

const int kLeast = least_window(Model::kVgg16, kDeepest, true);

}  // namespace

TEST_CASE("ranks: value and gradient of every Gram mode, style loss and normalisation") {
  TestBackend backend;
  LossSpec spec = kinds_up_to_conv2_2();
  for (const GramMode gram : {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth}) {
    CAPTURE(static_cast<int>(gram));
    spec.gram = gram;
    compare_ranks(backend, spec, 35, 41, 2);
  }
  for (const StyleForm form : {StyleForm::kMoments, StyleForm::kWasserstein}) {
    CAPTURE(static_cast<int>(form));
    LossSpec other = kinds_up_to_conv2_2();
    other.style_form = form;
    compare_ranks(backend, other, 35, 41, 3);
  }
  for (const Normalization normalization :
       {Normalization::kGatys, Normalization::kNeuralStyle, Normalization::kTutorial}) {
    CAPTURE(static_cast<int>(normalization));
    spec.normalization = normalization;
    compare_ranks(backend, spec, 41, 20, 3);
  }
}

TEST_CASE("ranks: every number of them up to the most, bands of one step, rests at every pool") {
  TestBackend backend;
  LossSpec spec = kinds_up_to_conv2_2();
  for (const int ranks : {2, 3, 4, 9}) compare_ranks(backend, spec, 19, 17, ranks);
  for (const int height : {60, 61, 62, 63}) compare_ranks(backend, spec, height, 9, 4);
  spec[LossKind::kStyle].layers.push_back({4, 1});  // conv3_1
  for (const Pooling pooling : {Pooling::kAverage, Pooling::kL2}) {
    spec.pooling = pooling;
    compare_ranks(backend, spec, 131, 21, 3);
  }
}

TEST_CASE("ranks: bands in tiles") {
  TestBackend backend;
  const LossSpec spec = kinds_up_to_conv2_2();
  compare_ranks(backend, spec, 4 * kLeast + 1, 20, 2, kLeast);
  compare_ranks(backend, spec, 50, kLeast + 3, 3, kLeast);
}

TEST_CASE("ranks: total variation of every kind across the bands' edges") {
  TestBackend backend;
  LossSpec spec;
  spec[LossKind::kTv].weight = 1;
  for (const TotalVariation kind :
       {TotalVariation::kAbsolute, TotalVariation::kSquared, TotalVariation::kIsotropic}) {
    CAPTURE(static_cast<int>(kind));
    spec.tv_kind = kind;
    compare_ranks(backend, spec, 7, 9, 7);
    compare_ranks(backend, spec, 23, 5, 2);
  }
}

TEST_CASE("ranks: regions and content weights, of which some ranks have none") {
  TestBackend backend;
  LossSpec spec = kinds_up_to_conv2_2();
  for (const int regions : {1, 2}) {
    for (const bool content_weights : {false, true}) {
      spec.regions = regions;
      spec.content_weights = content_weights;
      compare_ranks(backend, spec, 73, 34, 4);
    }
  }
}

TEST_CASE("ranks: paddings at the picture's borders alone, terms divided by their value") {
  TestBackend backend;
  LossSpec spec = kinds_up_to_conv2_2();
  for (const Padding padding : {Padding::kReflect, Padding::kReplicate}) {
    CAPTURE(static_cast<int>(padding));
    spec.padding = padding;
    compare_ranks(backend, spec, 60, 36, 3);
  }
  spec.normalization = Normalization::kTutorial;
  compare_ranks(backend, spec, 41, 30, 2, 0, true);
}

TEST_CASE("ranks: the memory of each, known before, is less than that of the picture in one") {
  TestBackend backend;
  const LossSpec spec = kinds_up_to_conv2_2();
  const int height = 520, width = 130, ranks = 4;
  const auto said = [&](int among) {
    return graph_bytes(Model::kVgg16, {3, height, width}, spec, backend->storage(), true, 0, among);
  };
  double most = 0;
  std::vector<double> bytes(ranks);
  run_as_ranks(ranks, [&](Ranks& own) {
    const TestEngine engine = backend.variant.make(1);
    Graph graph(*engine.backend, weights_of(Model::kVgg16), height, width, spec,
                GraphOptions{.ranks = &own});
    graph.set_content_target(picture(height, width, 3).data());
    bytes[static_cast<std::size_t>(own.rank())] = static_cast<double>(graph.memory_bytes());
  });
  for (const double one : bytes) most = std::max(most, one);
  CHECK(said(ranks) == doctest::Approx(most).epsilon(0.03));
  CHECK(said(ranks) < 0.5 * said(1));
}

TEST_CASE("ranks: where numbers stop being finite every rank knows, whichever has them") {
  TestBackend backend;
  NetworkWeights weights = weights_of(Model::kVgg16);
  weights.layers[2].bias[0] = std::numeric_limits<float>::infinity();
  for (const bool in_pixels : {false, true}) {
    run_as_ranks(3, [&](Ranks& own) {
      const TestEngine engine = backend.variant.make(1);
      Graph graph(*engine.backend, weights, 70, 60, kinds_up_to_conv2_2(),
                  GraphOptions{.ranks = &own});
      std::vector<float> rgb = picture(70, 60, 1);
      if (in_pixels) rgb.back() = std::numeric_limits<float>::quiet_NaN();
      const std::size_t bytes = graph.own_shape().elements() * sizeof(float);
      GuardedBuffer pixels(*engine.backend, bytes), gradient(*engine.backend, bytes);
      const BandVectors bands(own, engine.backend->device(), graph.pixel_shape(),
                              graph.tiles().band);
      bands.cut(rgb.data(), pixels.as<float>());
      const std::string where = graph.find_overflow(pixels.as<float>(), gradient.as<float>());
      CHECK(where.find(in_pixels ? "the pixels themselves" : "conv2_1 overflowed") == 0);
    });
  }
}

TEST_CASE("ranks: what cannot be shared is refused") {
  TestBackend backend;
  run_as_ranks(2, [&](Ranks& own) {
    const auto make = [&](const LossSpec& spec, int height) {
      const TestEngine engine = backend.variant.make(1);
      Graph(*engine.backend, weights_of(Model::kVgg16), height, 32, spec,
            GraphOptions{.ranks = &own});
    };
    LossSpec wraps = kinds_up_to_conv2_2();
    wraps.padding = Padding::kCircular;
    CHECK_THROWS_AS(make(wraps, 32), InternalError);
    LossSpec frame = kinds_up_to_conv2_2();
    frame[LossKind::kTemporal].weight = 1;
    CHECK_THROWS_AS(make(frame, 32), InternalError);
    CHECK_THROWS_AS(make(kinds_up_to_conv2_2(), 3), InputError);
  });
}

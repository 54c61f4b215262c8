// What a graph is said to take, against what it takes.

#include "net/graph/graph_plan.h"
#include "kernels/cuda/storage.h"
#include "tests/net/graph_comparison.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

std::vector<float> content_weights(const LossSpec& spec, const Shape& pixels) {
  if (!spec.content_weights) return {};
  return content_weights_of(pixels.height, pixels.width);
}

}  // namespace

TEST_CASE("plan: the memory of a graph, known before it is made") {
  TestBackend backend;
  const StorageFacts storage = backend->storage();
  const auto check = [&](const LossSpec& spec, Shape pixels) {
    for (const bool with_gradient : {true, false}) {
      CAPTURE(with_gradient);
      const Graph graph(*backend, weights_of(Model::kVgg16), pixels.height, pixels.width, spec,
                        {.with_gradient = with_gradient,
                         .regions = regions_of(spec.regions, pixels.height, pixels.width),
                         .content_weights = content_weights(spec, pixels)});
      const double said =
          plan_graph(Model::kVgg16, pixels, spec, storage, with_gradient).memory_bytes();
      CHECK(said == doctest::Approx(static_cast<double>(graph.memory_bytes())).epsilon(0.03));
    }
  };
  LossSpec spec;
  spec[LossKind::kStyle].layers = all_layers(Model::kVgg16);
  check(spec, {3, 128, 131});
  check(spec, {3, 260, 190});
  spec.style_form = StyleForm::kWasserstein;
  check(spec, {3, 32, 33});
  spec.style_form = StyleForm::kGram;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 1}, {1, 1}, {3, 1}};
  spec[LossKind::kContent].layers = {{4, 1}};
  spec[LossKind::kContent].weight = 1;
  check(spec, {3, 128, 256});
  spec[LossKind::kContent].weight = 0;
  check(spec, {3, 192, 256});
  spec.regions = 2;
  check(spec, {3, 128, 256});
  spec[LossKind::kContent].weight = 1;
  spec.content_weights = true;
  check(spec, {3, 128, 256});
  spec.regions = 0;
  spec[LossKind::kContent].weight = 0;
  spec.content_weights = false;
  spec[LossKind::kTemporal].weight = 1;
  check(spec, {3, 128, 256});
  spec[LossKind::kTemporal].weight = 0;
  spec[LossKind::kStyle].layers = all_layers(Model::kVgg16);
  for (const Padding padding : {Padding::kReflect, Padding::kCircular}) {
    if (!backend.variant.any_padding) break;
    spec.padding = padding;
    check(spec, {3, 128, 131});
  }
}

TEST_CASE("plan: work and traffic of a small graph, counted by hand") {
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{1, 1}};
  const GraphPlan plan =
      plan_graph(Model::kVgg16, {3, 10, 8}, spec, gpu_storage(Precision::kFloat16));
  REQUIRE(plan.layers.size() == 2);
  CHECK(plan.layers[0].name == "conv1_1");
  // 80 positions, 27 multiply-adds for each of 64 channels, forward and back.
  CHECK(plan.layers[0].flop() == 2.0 * 2 * 27 * 64 * 80);
  CHECK(plan.layers[1].conv_flop == 2.0 * 2 * 9 * 64 * 64 * 80);
  // Half of F F^T, all of P F.
  CHECK(plan.layers[1].gram_flop == 3.0 * 64 * 64 * 80);
  // Pixels: in, mask, gradient as 4 float32; activations: out, gradient in float16.
  CHECK(plan.layers[0].bytes == 3.0 * 80 * 4 * 4 + 2.0 * 80 * 64 * 2);
  CHECK(plan.layers[1].bytes == 3.0 * 80 * 64 * 2 + 3.0 * 80 * 64 * 2);
  CHECK(plan.flop() == plan.layers[0].flop() + plan.layers[1].flop());
}

// The shipped house weights: whole, small enough, and scaled as they promise.

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <numeric>

#include "kernels/backend.h"
#include "net/graph/graph.h"
#include "runtime/cpu_device.h"
#include "tools/contrive/contrive.h"
#include "weights/load.h"

using namespace vggstyle;

TEST_CASE("the house weights are a whole VGG-16 of at most 16 MB") {
  CHECK(std::filesystem::file_size(VGGSTYLE_HOUSE_WEIGHTS) <= 16'000'000);
  const NetworkWeights weights = load_weights(VGGSTYLE_HOUSE_WEIGHTS);
  CHECK(weights.kind == "house");
  CHECK(weights.model == Model::kVgg16);
  CHECK(weights.preprocessing == Preprocessing::kCaffe);
  for (const ConvWeights& layer : weights.layers) CHECK(layer.present());
}

TEST_CASE("the house weights' mean activations are about those of the published network") {
  // weights/train/export.py, TARGET_MEAN: the published network's on natural pictures.
  const double published[] = {23.0,  114.4, 175.8, 204.5, 257.0, 274.6, 186.4,
                              482.2, 314.5, 169.8, 44.2,  17.9,  7.4};
  const Picture picture = contrive("scene", 128, 128, 1);
  const auto device = make_cpu_device();
  const auto backend = make_cpu_backend(*device);
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{12, 1}};
  Graph graph(*backend, load_weights(VGGSTYLE_HOUSE_WEIGHTS), 128, 128, spec,
              {.with_gradient = false});
  graph.run_forward(picture.rgb.data());
  for (int layer = 0; layer < 13; ++layer) {
    CAPTURE(layer);
    const std::vector<float> f = graph.activations(layer);
    const double mean = std::accumulate(f.begin(), f.end(), 0.0) / static_cast<double>(f.size());
    CHECK(std::fabs(std::log2(mean / published[layer])) < 1);  // within a factor of 2
  }
}

// Regions: statistics of positions with weights, and what they add to a gradient.

#include "kernels/position_weights.h"

#include <numeric>

#include "tests/reference/losses.h"
#include "tests/reference/ops.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;
namespace ref = vggstyle::reference;

namespace {

/// Weights as a mask has them: none, all, and some between.
std::vector<float> mask(std::size_t positions, unsigned seed) {
  std::vector<float> weights = random_floats(positions, seed, -0.5F, 1.5F);
  for (float& w : weights) w = std::clamp(w, 0.0F, 1.0F);
  weights.back() = 0.7F;
  return weights;
}

std::vector<double> in_double(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

/// Weights in device memory.
struct DeviceWeights {
  DeviceWeights(Backend& backend, const std::vector<float>& weights)
      : memory(backend, weights.size() * sizeof(float)) {
    backend.device().upload(memory.as<float>(), weights.data(), weights.size() * sizeof(float));
    view = {memory.as<float>(), std::accumulate(weights.begin(), weights.end(), 0.0)};
  }

  GuardedBuffer memory;
  PositionWeights view;
};

/// Activations as a ReLU layer has them.
std::vector<float> activations(Shape shape, unsigned seed) {
  std::vector<float> f = random_floats(shape.elements(), seed, -1, 2);
  for (float& value : f) value = std::max(value, 0.0F);
  return f;
}

constexpr Shape kShapes[] = {{3, 1, 1},    {3, 9, 7},    {64, 1, 1},   {16, 30, 9},
                             {80, 16, 16}, {64, 31, 33}, {128, 17, 31}};

}  // namespace

TEST_CASE("position weights: d += w x") {
  TestBackend backend;
  for (const Shape shape : kShapes) {
    CAPTURE(shape.channels);
    CAPTURE(shape.height);
    const std::vector<float> x = random_floats(shape.elements(), 1, -1, 1);
    const std::vector<float> before = random_floats(shape.elements(), 2, -1, 1);
    const std::vector<float> weights = mask(shape.positions(), 3);
    const GuardedTensor from(*backend, shape, x), to(*backend, shape, before);
    const DeviceWeights device(*backend, weights);
    backend->add_weighted(from.tensor, device.view, to.tensor);
    std::vector<double> expected = in_double(before);
    for (std::size_t i = 0; i < x.size(); ++i) {
      expected[i] += static_cast<double>(weights[i % weights.size()]) * static_cast<double>(x[i]);
    }
    CHECK(relative_error(to.read(), expected) < backend.bound(1e-6));
  }
}

TEST_CASE("position weights: style statistics of a region against float64") {
  TestBackend backend;
  for (const Shape shape : kShapes) {
    CAPTURE(shape.channels);
    CAPTURE(shape.height);
    const std::vector<float> f = activations(shape, 4), weights = mask(shape.positions(), 5);
    const GuardedTensor tensor(*backend, shape, f);
    const DeviceWeights device(*backend, weights);
    const auto layer = backend->make_style_layer(shape, true);
    layer->begin(tensor.tensor);
    layer->accumulate(tensor.tensor, device.view);
    const StyleStatistics found = statistics_of(*layer);
    const StyleStatistics expected =
        ref::style_statistics(to_reference(f, shape), in_double(weights));
    CHECK(relative_error(found.gram, expected.gram) < backend.bound(1e-6));
    CHECK(relative_error(found.mean, expected.mean) < backend.bound(1e-6));
  }
}

TEST_CASE("position weights: positions without weight are as good as not there") {
  TestBackend backend;
  const Shape shape{64, 24, 20}, half{64, 12, 20};
  const std::vector<float> f = activations(shape, 6);
  std::vector<float> upper;
  for (std::size_t i = 0; i < f.size(); ++i) {
    if (i % shape.positions() < half.positions()) upper.push_back(f[i]);
  }
  std::vector<float> weights(shape.positions());
  std::fill_n(weights.begin(), half.positions(), 1.0F);
  const GuardedTensor tensor(*backend, shape, f), part(*backend, half, upper);
  const DeviceWeights device(*backend, weights);
  const auto weighted = backend->make_style_layer(shape, true);
  const auto plain = backend->make_style_layer(shape);
  weighted->begin(tensor.tensor);
  weighted->accumulate(tensor.tensor, device.view);
  plain->begin(part.tensor);
  plain->accumulate(part.tensor);
  const StyleStatistics a = statistics_of(*weighted), b = statistics_of(*plain);
  CHECK(relative_error(a.gram, b.gram) < backend.bound(1e-6));
  CHECK(relative_error(a.mean, b.mean) < backend.bound(1e-6));
}

TEST_CASE("position weights: a region's loss and its gradient against float64") {
  TestBackend backend;
  for (const Shape shape : {Shape{3, 6, 5}, Shape{16, 7, 5}, Shape{64, 9, 15}, Shape{80, 8, 8}}) {
    for (const GramMode mode : {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth}) {
      CAPTURE(shape.channels);
      CAPTURE(static_cast<int>(mode));
      const std::vector<float> f = activations(shape, 11), weights = mask(shape.positions(), 12);
      const StyleStatistics target =
          ref::style_statistics(to_reference(activations(shape, 13), shape));
      LossSpec spec;
      spec.normalization = Normalization::kGatys;
      spec.gram = mode;
      const double k = 1.0 / (4.0 * shape.channels * shape.channels);
      ref::Tensor d;
      const double expected =
          ref::style_loss(spec, 1, to_reference(f, shape), target, &d, in_double(weights));

      const GuardedTensor tensor(*backend, shape, f), alone(*backend, shape);
      const DeviceWeights device(*backend, weights);
      const auto layer = backend->make_style_layer(shape, true);
      layer->set_target(target.gram, target.mean);
      layer->begin(tensor.tensor);
      layer->accumulate(tensor.tensor, device.view);
      GuardedBuffer value(*backend, sizeof(double));
      layer->loss_terms(mode == GramMode::kCentered ? 0 : k, mode == GramMode::kRaw ? 0 : k,
                        value.as<double>());
      CHECK(read_value(*backend, value) == doctest::Approx(expected).epsilon(backend.bound(1e-5)));

      GradientTerms terms;
      terms.activations = tensor.tensor;
      terms.mask = false;
      terms.style = layer->derivative();
      constexpr float kScale = 0x1p16F;  // as in style_layer_test.cpp
      terms.style_scale = kScale;
      backend->start_gradient(terms, alone.tensor);
      const GuardedTensor gradient(*backend, shape, std::vector<float>(shape.elements()));
      backend->add_weighted(alone.tensor, device.view, gradient.tensor);
      for (double& v : d.data) v *= static_cast<double>(kScale);
      CHECK(relative_error(gradient.read(), d.data) < backend.bound(2e-5));
    }
  }
}

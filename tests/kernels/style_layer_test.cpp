#include "tests/reference/losses.h"
#include "tests/reference/ops.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;
namespace ref = vggstyle::reference;

namespace {

/// Activations as a ReLU layer has them, with a different mean and deviation in each channel.
std::vector<float> activations(Shape shape, unsigned seed, float mean_scale) {
  std::vector<float> f = random_floats(shape.elements(), seed, -1, 1);
  const std::vector<float> means =
      random_floats(static_cast<std::size_t>(shape.channels), seed + 1, 0, mean_scale);
  for (std::size_t i = 0; i < f.size(); ++i) {
    f[i] = std::max(0.0F, f[i] + means[i / shape.positions()]);
  }
  return f;
}

StyleStatistics measure(Backend& backend, const std::vector<float>& f, Shape shape) {
  GuardedTensor tensor(backend, shape, f);
  const auto layer = backend.make_style_layer(shape);
  layer->begin(tensor.tensor);
  layer->accumulate(tensor.tensor);
  return statistics_of(*layer);
}

std::vector<double> centered_gram(const StyleStatistics& m) {
  std::vector<double> gc = m.gram;
  for (std::size_t i = 0; i < m.mean.size(); ++i) {
    for (std::size_t j = 0; j < m.mean.size(); ++j) {
      gc[i * m.mean.size() + j] -= m.mean[i] * m.mean[j];
    }
  }
  return gc;
}

}  // namespace

TEST_CASE("style statistics against float64: sizes of tiles and chunks, and beyond") {
  TestBackend backend;
  for (const Shape shape :
       {Shape{3, 1, 1}, Shape{3, 9, 7}, Shape{64, 1, 1}, Shape{64, 5, 5}, Shape{16, 30, 9},
        Shape{80, 16, 16}, Shape{64, 60, 53}, Shape{16, 96, 90}, Shape{128, 17, 31},
        Shape{256, 3, 5}, Shape{512, 6, 7}}) {
    CAPTURE(shape.channels);
    CAPTURE(shape.height);
    const std::vector<float> f = activations(shape, 1, 1);
    const StyleStatistics m = measure(*backend, f, shape);
    const ref::Tensor reference = to_reference(f, shape);
    CHECK(relative_error(m.gram, ref::gram(reference)) < backend.bound(1e-6));
    CHECK(relative_error(m.mean, ref::channel_means(reference)) < backend.bound(1e-6));
    if (shape.positions() > 1) {
      CHECK(relative_error(centered_gram(m), ref::gram(ref::centered(reference))) <
            backend.bound(1e-5));
    }
  }
}

TEST_CASE("centred Gram matrices survive means a thousand times the deviations") {
  TestBackend backend;
  if (backend.bound(0) > 1e-3) return;  // 16 bits do not hold 1000 and a fraction of 1
  const Shape shape{64, 40, 41};
  std::vector<float> f = random_floats(shape.elements(), 7, -1, 1);
  for (float& v : f) v += 1000;
  const StyleStatistics m = measure(*backend, f, shape);
  // tf32 holds only 999, 1000 and 1001: what matters is that their differences survive.
  const std::vector<float> stored = GuardedTensor(*backend, shape, f).read();
  CHECK(relative_error(centered_gram(m), ref::gram(ref::centered(to_reference(stored, shape)))) <
        backend.bound(1e-5));
}

TEST_CASE("sums of tiles are the sums of the whole") {
  TestBackend backend;
  const Shape whole{64, 24, 16}, half{64, 12, 16};
  const std::vector<float> f = activations(whole, 3, 2);
  std::vector<float> upper, lower;
  for (std::size_t c = 0; c < 64; ++c) {
    const auto start = f.begin() + static_cast<std::ptrdiff_t>(c * whole.positions());
    const auto middle = start + static_cast<std::ptrdiff_t>(half.positions());
    upper.insert(upper.end(), start, middle);
    lower.insert(lower.end(), middle, middle + static_cast<std::ptrdiff_t>(half.positions()));
  }
  GuardedTensor a(*backend, half, upper), b(*backend, half, lower);
  const auto layer = backend->make_style_layer(whole);
  layer->begin(a.tensor);
  layer->accumulate(a.tensor);
  layer->accumulate(b.tensor);
  const StyleStatistics m = statistics_of(*layer);
  CHECK(relative_error(m.gram, ref::gram(to_reference(f, whole))) < backend.bound(1e-6));
  CHECK(relative_error(centered_gram(m), ref::gram(ref::centered(to_reference(f, whole)))) <
        backend.bound(1e-5));
}

TEST_CASE("style statistics are the same bytes for any number of threads") {
  const Shape shape{128, 37, 41};
  const std::vector<float> f = activations(shape, 5, 1);
  const StyleStatistics one = measure(*TestBackend(1), f, shape);
  for (const int threads : {2, 3, 7}) {
    const StyleStatistics m = measure(*TestBackend(threads), f, shape);
    CHECK(m.gram == one.gram);
    CHECK(m.mean == one.mean);
  }
}

TEST_CASE("a loss that was formed elsewhere: its value, P F - q, and M of the sums") {
  TestBackend backend;
  for (const Shape shape : {Shape{3, 6, 5}, Shape{16, 7, 5}, Shape{64, 9, 15}, Shape{80, 8, 8}}) {
    CAPTURE(shape.channels);
    const auto n = static_cast<std::size_t>(shape.channels);
    const std::vector<float> f = activations(shape, 11, 1);
    GuardedTensor tensor(*backend, shape, f), gradient(*backend, shape);
    const auto layer = backend->make_style_layer(shape);
    layer->begin(tensor.tensor);
    layer->accumulate(tensor.tensor);
    CHECK(layer->positions() == static_cast<double>(shape.positions()));
    std::vector<float> p = random_floats(n * n, 21, -1, 1);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) p[i * n + j] = p[j * n + i];
    }
    p[n * n - 1] = 3e5F;  // more than float16 holds
    const std::vector<float> q = random_floats(n, 22, -1, 1);
    GuardedBuffer value(*backend, sizeof(double));
    layer->set_loss_terms(0.75, p, q, value.as<double>());
    CHECK(read_value(*backend, value) == 0.75);
    GradientTerms terms;
    terms.activations = tensor.tensor;
    terms.mask = false;
    terms.style = layer->derivative();
    terms.style_scale = 0x1p-6F;
    backend->start_gradient(terms, gradient.tensor);
    std::vector<double> expected(f.size());
    const std::size_t positions = shape.positions();
    for (std::size_t e = 0; e < f.size(); ++e) {
      const std::size_t i = e / positions, m = e % positions;
      double sum = -static_cast<double>(q[i]);
      for (std::size_t j = 0; j < n; ++j) {
        sum += static_cast<double>(p[i * n + j]) * static_cast<double>(f[j * positions + m]);
      }
      expected[e] = sum * 0x1p-6;
    }
    CHECK(relative_error(gradient.read(), expected) < backend.bound(2e-5));
    // The other channels by themselves: one entry of P, and its row, must not hide them.
    const auto others = static_cast<std::ptrdiff_t>((n - 1) * positions);
    const std::vector<float> found = gradient.read();
    CHECK(relative_error(std::vector<float>(found.begin(), found.begin() + others),
                         std::vector<double>(expected.begin(), expected.begin() + others)) <
          backend.bound(2e-5));
  }
}

TEST_CASE("style loss and its gradient against float64, raw, centered and both") {
  TestBackend backend;
  for (const Shape shape : {Shape{3, 6, 5}, Shape{16, 7, 5}, Shape{64, 1, 1}, Shape{64, 9, 15},
                            Shape{80, 8, 8}, Shape{256, 5, 7}}) {
    for (const GramMode mode : {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth}) {
      CAPTURE(shape.channels);
      CAPTURE(static_cast<int>(mode));
      const std::vector<float> f = activations(shape, 11, 1);
      const Shape style_shape{shape.channels, 8, 11};
      const StyleStatistics target =
          ref::style_statistics(to_reference(activations(style_shape, 12, 1.5F), style_shape));
      // The normalisation of Gatys has the same factor k for both matrices.
      LossSpec spec;
      spec.normalization = Normalization::kGatys;
      spec.gram = mode;
      const double k = 1.0 / (4.0 * shape.channels * shape.channels);
      ref::Tensor d;
      const double expected = ref::style_loss(spec, 1, to_reference(f, shape), target, &d);

      GuardedTensor tensor(*backend, shape, f), gradient(*backend, shape);
      const auto layer = backend->make_style_layer(shape);
      layer->set_target(target.gram, target.mean);
      layer->begin(tensor.tensor);
      layer->accumulate(tensor.tensor);
      GuardedBuffer value(*backend, sizeof(double));
      layer->loss_terms(mode == GramMode::kCentered ? 0 : k, mode == GramMode::kRaw ? 0 : k,
                        value.as<double>());
      CHECK(read_value(*backend, value) == doctest::Approx(expected).epsilon(backend.bound(1e-5)));
      GradientTerms terms;
      terms.activations = tensor.tensor;
      terms.mask = false;
      terms.style = layer->derivative();
      // Gradients this small are scaled (net/balance.h): float16 would lose their bits.
      constexpr float kScale = 0x1p16F;
      terms.style_scale = kScale;
      for (double& v : d.data) v *= static_cast<double>(kScale);
      backend->start_gradient(terms, gradient.tensor);
      // At one position the centred gradient is 0 up to rounding: compare with the raw one's scale.
      if (shape.positions() > 1 || mode == GramMode::kRaw) {
        CHECK(relative_error(gradient.read(), d.data) < backend.bound(2e-5));
      }
    }
  }
}

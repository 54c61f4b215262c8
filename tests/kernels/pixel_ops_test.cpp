#include <algorithm>
#include <array>
#include <numeric>

#include "tests/reference/losses.h"
#include "tests/reference/ops.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;
namespace ref = vggstyle::reference;

namespace {

constexpr std::array kVariations = {TotalVariation::kAbsolute, TotalVariation::kSquared,
                                    TotalVariation::kIsotropic};

ChannelMaps caffe_maps() {
  return {{{2, 103.939F, 1.0F}, {1, 116.779F, 1.0F}, {0, 123.68F, 1.0F}}};
}

/// Of each position 0 to 2, some 0; none: all count as 1.
struct Weights {
  Weights(Backend& backend, std::size_t positions, bool weighted)
      : values(positions, 1.0F), memory(backend, positions * sizeof(float)) {
    if (!weighted) return;
    values = random_floats(positions, 7, -0.5F, 2);
    for (float& value : values) value = std::max(value, 0.0F);
    values.back() = 1.5F;
    backend.device().upload(memory.as<float>(), values.data(), positions * sizeof(float));
    view = {memory.as<float>(), std::accumulate(values.begin(), values.end(), 0.0)};
  }

  double at(std::size_t position) const { return static_cast<double>(values[position]); }

  std::vector<float> values;
  GuardedBuffer memory;
  PositionWeights view;
};

}  // namespace

TEST_CASE("preprocess and its adjoint") {
  TestBackend backend;
  const Shape shape{3, 5, 7};
  const std::vector<float> rgb = random_floats(shape.elements(), 1, 0, 255);
  const std::vector<float> d = random_floats(shape.elements(), 2, -1, 1);
  GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
  backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
  GuardedTensor out(*backend, shape), d_out(*backend, shape, d);
  backend->pixel_ops().preprocess(caffe_maps(), pixels.as<float>(), out.tensor);
  CHECK(relative_error(out.read(),
                       ref::preprocess(Preprocessing::kCaffe, to_reference(rgb, shape)).data) <
        1e-6);

  const std::vector<double> expected =
      ref::preprocess_backward(Preprocessing::kCaffe, to_reference(d, shape)).data;
  std::vector<float> gradient(rgb.size());
  backend->pixel_ops().preprocess_bprop(caffe_maps(), d_out.tensor, false, pixels.as<float>());
  backend->device().download(gradient.data(), pixels.as<float>(), rgb.size() * sizeof(float));
  CHECK(relative_error(gradient, expected) < 1e-6);
  backend->pixel_ops().preprocess_bprop(caffe_maps(), d_out.tensor, true, pixels.as<float>());
  backend->device().download(gradient.data(), pixels.as<float>(), rgb.size() * sizeof(float));
  std::vector<double> twice = expected;
  for (double& v : twice) v *= 2;
  CHECK(relative_error(gradient, twice) < 1e-6);
}

TEST_CASE("a level of a pyramid and its adjoint, of odd sides and of one pixel") {
  TestBackend backend;
  for (const Shape shape : {Shape{3, 1, 1}, Shape{3, 2, 2}, Shape{3, 1, 6}, Shape{3, 5, 1},
                            Shape{3, 9, 13}, Shape{3, 34, 18}}) {
    CAPTURE(shape.height);
    CAPTURE(shape.width);
    const Shape half{3, (shape.height + 1) / 2, (shape.width + 1) / 2};
    const std::vector<float> fine = random_floats(shape.elements(), 6, -1, 1);
    std::vector<float> coarse = random_floats(half.elements(), 7, -1, 1);
    GuardedBuffer fine_memory(*backend, fine.size() * sizeof(float));
    GuardedBuffer coarse_memory(*backend, coarse.size() * sizeof(float));
    backend->device().upload(fine_memory.as<float>(), fine.data(), fine.size() * sizeof(float));
    backend->device().upload(coarse_memory.as<float>(), coarse.data(),
                             coarse.size() * sizeof(float));

    backend->pixel_ops().expand_add(coarse_memory.as<float>(), shape, fine_memory.as<float>());
    std::vector<float> added(fine.size());
    backend->device().download(added.data(), fine_memory.as<float>(), added.size() * sizeof(float));
    std::vector<double> expected =
        ref::expand(to_reference(coarse, half), shape.height, shape.width).data;
    for (std::size_t i = 0; i < fine.size(); ++i) expected[i] += static_cast<double>(fine[i]);
    CHECK(relative_error(added, expected) < 1e-6);

    backend->device().upload(fine_memory.as<float>(), fine.data(), fine.size() * sizeof(float));
    backend->pixel_ops().reduce(fine_memory.as<float>(), shape, coarse_memory.as<float>());
    backend->device().download(coarse.data(), coarse_memory.as<float>(),
                               coarse.size() * sizeof(float));
    CHECK(relative_error(coarse, ref::reduce(to_reference(fine, shape)).data) < 1e-6);
  }
}

TEST_CASE("total variation and its gradient, single rows and columns included") {
  TestBackend backend;
  for (const Shape shape : {Shape{3, 1, 1}, Shape{3, 1, 6}, Shape{3, 6, 1}, Shape{3, 9, 13}}) {
    for (const int variant : {0, 1, 2, 3, 4, 5}) {
      const TotalVariation kind = kVariations[static_cast<std::size_t>(variant % 3)];
      const bool wraps = variant >= 3;
      CAPTURE(variant);
      CAPTURE(shape.height);
      CAPTURE(shape.width);
      // Whole numbers: equal neighbours occur, whose derivative is 0, and sums are exact.
      std::vector<float> rgb = random_floats(shape.elements(), 4, 0, 6);
      for (float& v : rgb) v = std::floor(v);
      const std::vector<float> before = random_floats(shape.elements(), 5, 0, 1);
      LossSpec spec;
      spec.normalization = Normalization::kGatys;
      spec.tv_kind = kind;
      if (wraps) spec.padding = Padding::kCircular;
      ref::Tensor d;
      const double expected = ref::tv_loss(spec, to_reference(rgb, shape), &d);

      GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
      GuardedBuffer gradient(*backend, rgb.size() * sizeof(float)), value(*backend, sizeof(double));
      backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
      backend->device().upload(gradient.as<float>(), before.data(), rgb.size() * sizeof(float));
      backend->pixel_ops().total_variation(kind, wraps, pixels.as<float>(), shape,
                                           value.as<double>());
      if (kind == TotalVariation::kIsotropic) {
        CHECK(read_value(*backend, value) == doctest::Approx(expected).epsilon(1e-13));
      } else {
        CHECK(read_value(*backend, value) == expected);
      }
      backend->pixel_ops().total_variation_bprop(kind, wraps, pixels.as<float>(), shape, 0.5F,
                                                 gradient.as<float>());
      std::vector<float> after(rgb.size());
      backend->device().download(after.data(), gradient.as<float>(), rgb.size() * sizeof(float));
      for (std::size_t i = 0; i < d.data.size(); ++i) {
        d.data[i] = static_cast<double>(before[i]) + 0.5 * d.data[i];
      }
      CHECK(relative_error(after, d.data) < 1e-6);
    }
  }
}

TEST_CASE("squared distance of activations, of positions with weights and without") {
  TestBackend backend;
  for (const Shape shape : {Shape{64, 13, 17}, Shape{3, 7, 5}, Shape{128, 1, 3}}) {
    for (const bool weighted : {false, true}) {
      CAPTURE(shape.channels);
      CAPTURE(weighted);
      const Weights weights(*backend, shape.positions(), weighted);
      const std::vector<float> a = random_floats(shape.elements(), 1, 0, 2);
      const std::vector<float> b = random_floats(shape.elements(), 2, 0, 2);
      GuardedTensor f(*backend, shape, a), target(*backend, shape, b);
      GuardedBuffer value(*backend, sizeof(double));
      backend->content_loss().squared_distance(f.tensor, target.tensor, weights.view,
                                               value.as<double>());
      double expected = 0;
      for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        expected += weights.at(i % shape.positions()) * d * d;
      }
      CHECK(read_value(*backend, value) == doctest::Approx(expected).epsilon(backend.bound(1e-12)));
    }
  }
}

TEST_CASE(
    "variation of activations: squared deviations from each channel's mean, with weights and "
    "without") {
  TestBackend backend;
  for (const Shape shape : {Shape{64, 13, 17}, Shape{128, 1, 3}, Shape{3, 7, 5}}) {
    for (const bool weighted : {false, true}) {
      CAPTURE(shape.channels);
      CAPTURE(weighted);
      const Weights weights(*backend, shape.positions(), weighted);
      const std::vector<float> f = random_floats(shape.elements(), 3, 0, 2);
      GuardedTensor tensor(*backend, shape, f);
      GuardedBuffer value(*backend, sizeof(double));
      backend->content_loss().variation(tensor.tensor, weights.view, value.as<double>());
      const double total = weighted ? weights.view.sum : static_cast<double>(shape.positions());
      double expected = 0;
      for (std::size_t c = 0; c < static_cast<std::size_t>(shape.channels); ++c) {
        const float* plane = f.data() + c * shape.positions();
        double mean = 0;
        for (std::size_t i = 0; i < shape.positions(); ++i) {
          mean += weights.at(i) * static_cast<double>(plane[i]) / total;
        }
        for (std::size_t i = 0; i < shape.positions(); ++i) {
          const double apart = static_cast<double>(plane[i]) - mean;
          expected += weights.at(i) * apart * apart;
        }
      }
      CHECK(read_value(*backend, value) == doctest::Approx(expected).epsilon(backend.bound(1e-12)));
    }
  }
}

TEST_CASE(
    "a rectangle of a picture goes to another one, and beyond the border comes its other side") {
  TestBackend backend;
  const Shape from_shape{3, 5, 7}, to_shape{3, 6, 4};
  const std::vector<float> before = random_floats(from_shape.elements(), 1, 0, 255);
  const std::vector<float> there = random_floats(to_shape.elements(), 2, 0, 255);
  GuardedBuffer from(*backend, before.size() * sizeof(float));
  GuardedBuffer to(*backend, there.size() * sizeof(float));
  const auto index = [](Shape shape, int c, int y, int x) {
    return static_cast<std::size_t>((c * shape.height + y) * shape.width + x);
  };
  for (const PixelRectangle& part : {PixelRectangle{1, 2, 3, 4}, PixelRectangle{-4, -2, 5, 4},
                                     PixelRectangle{4, 6, 4, 3}, PixelRectangle{0, 0, 1, 1}}) {
    CAPTURE(part.top);
    backend->device().upload(from.as<float>(), before.data(), before.size() * sizeof(float));
    backend->device().upload(to.as<float>(), there.data(), there.size() * sizeof(float));
    backend->pixel_ops().copy_rectangle(from.as<float>(), from_shape, part, to.as<float>(),
                                        to_shape, 1, 0);
    std::vector<float> expected = there;
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < part.height; ++y) {
        for (int x = 0; x < part.width; ++x) {
          expected[index(to_shape, c, 1 + y, x)] =
              before[index(from_shape, c, (part.top + y + 5) % 5, (part.left + x + 7) % 7)];
        }
      }
    }
    std::vector<float> found(there.size());
    backend->device().download(found.data(), to.as<float>(), found.size() * sizeof(float));
    CHECK(found == expected);
  }
}

// The judge is judged: against results worked out by hand, and its gradients against central finite
// differences in float64.

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "net/synthetic_weights.h"
#include "tests/reference/network.h"

using namespace vggstyle;
namespace ref = vggstyle::reference;

namespace {

ref::Tensor random_tensor(int c, int h, int w, unsigned seed, double low = -1, double high = 1) {
  std::mt19937 generator(seed);
  ref::Tensor t(c, h, w);
  for (double& value : t.data) {
    value = low + (high - low) * static_cast<double>(generator()) / 4294967296.0;
  }
  return t;
}

/// d/dx_i of f by central differences.
template <typename F>
double slope(ref::Tensor& x, std::size_t i, double step, F f) {
  const double middle = x.data[i];
  x.data[i] = middle + step;
  const double above = f();
  x.data[i] = middle - step;
  const double below = f();
  x.data[i] = middle;
  return (above - below) / (2 * step);
}

constexpr Normalization kNormalizations[] = {Normalization::kGatys, Normalization::kNeuralStyle,
                                             Normalization::kTutorial, Normalization::kRelative};
constexpr StyleForm kDistances[] = {StyleForm::kMoments, StyleForm::kWasserstein};
constexpr GramMode kGramModes[] = {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth};
constexpr Padding kPaddings[] = {Padding::kZero, Padding::kReflect, Padding::kReplicate,
                                 Padding::kCircular};

}  // namespace

TEST_CASE("convolution by hand: a kernel that shifts, and the zero padding") {
  ref::Tensor in(1, 2, 3);
  in.data = {1, 2, 3, 4, 5, 6};
  std::vector<float> kernel(9, 0.0F);
  kernel[5] = 2;  // row 1, column 2: twice the right neighbour
  const ref::Tensor out = ref::conv3x3(in, 1, kernel, {10});
  CHECK(out.data == std::vector<double>{14, 16, 10, 20, 22, 10});
  std::fill(kernel.begin(), kernel.end(), 1.0F);
  const ref::Tensor sums = ref::conv3x3(in, 1, kernel, {});
  CHECK(sums.data == std::vector<double>{12, 21, 16, 12, 21, 16});
}

TEST_CASE("paddings by hand") {
  ref::Tensor in(1, 2, 3);
  in.data = {1, 2, 3,  //
             4, 5, 6};
  CHECK(ref::padded(in, Padding::kZero).data ==
        std::vector<double>{0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0});
  CHECK(ref::padded(in, Padding::kReflect).data ==
        std::vector<double>{5, 4, 5, 6, 5, 2, 1, 2, 3, 2, 5, 4, 5, 6, 5, 2, 1, 2, 3, 2});
  CHECK(ref::padded(in, Padding::kReplicate).data ==
        std::vector<double>{1, 1, 2, 3, 3, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 4, 4, 5, 6, 6});
  CHECK(ref::padded(in, Padding::kCircular).data ==
        std::vector<double>{6, 4, 5, 6, 4, 3, 1, 2, 3, 1, 6, 4, 5, 6, 4, 3, 1, 2, 3, 1});
  const ref::Tensor single(1, 1, 1);
  CHECK(ref::padded(single, Padding::kReflect).data == std::vector<double>(9));
}

TEST_CASE("convolution's transpose: <conv x, y> = <x, transpose y>, in every padding") {
  std::vector<float> kernel(2 * 3 * 9);
  std::mt19937 generator(3);
  for (float& k : kernel) k = static_cast<float>(generator()) / 4e9F - 0.5F;
  for (const Padding padding : kPaddings) {
    for (const int height : {1, 2, 5}) {
      CAPTURE(static_cast<int>(padding));
      CAPTURE(height);
      const ref::Tensor x = random_tensor(3, height, 4, 1), y = random_tensor(2, height, 4, 2);
      const ref::Tensor forward = ref::conv3x3(x, 2, kernel, {}, padding);
      const ref::Tensor back = ref::conv3x3_backward(y, 3, kernel, padding);
      double left = 0, right = 0;
      for (std::size_t i = 0; i < y.data.size(); ++i) left += forward.data[i] * y.data[i];
      for (std::size_t i = 0; i < x.data.size(); ++i) right += x.data[i] * back.data[i];
      CHECK(left == doctest::Approx(right).epsilon(1e-12));
    }
  }
}

TEST_CASE("total variation of a tile by hand: the last column beside the first, and the rows") {
  LossSpec spec;
  spec.padding = Padding::kCircular;
  spec.normalization = Normalization::kGatys;
  ref::Tensor rgb(3, 2, 3);
  rgb.data = {1, 2, 4, 1, 2, 4, 0, 0, 0, 5, 5, 5, 7, 7, 7, 7, 7, 7};
  // Rows of 1 + 4 + 9; two rows 5 apart, twice each column.
  CHECK(ref::tv_loss(spec, rgb, nullptr) == doctest::Approx(2 * 14 + 2 * 3 * 25));
  spec.normalization = Normalization::kRelative;
  CHECK(ref::tv_loss(spec, rgb, nullptr) ==
        doctest::Approx((2 * 14 + 2 * 3 * 25) / 255.0 / 255.0 / 36));
}

TEST_CASE(
    "isotropic total variation by hand: 3, 4 and 5, nothing beyond the border, the other side") {
  LossSpec spec;
  spec.tv_kind = TotalVariation::kIsotropic;
  spec.normalization = Normalization::kGatys;
  ref::Tensor rgb(3, 2, 2);
  rgb.data = {0, 3, 4, 9, 0, 0, 0, 0, 0, 0, 0, 0};
  const auto root = [](double squares) { return std::sqrt(squares + 0.01); };
  const double flat = 8 * root(0);
  CHECK(ref::tv_loss(spec, rgb, nullptr) ==
        doctest::Approx(root(9 + 16) + root(36) + root(25) + root(0) + flat));
  spec.normalization = Normalization::kRelative;
  CHECK(ref::tv_loss(spec, rgb, nullptr) ==
        doctest::Approx((root(9 + 16) + root(36) + root(25) + root(0) + flat) / 12 / 255));
  spec.padding = Padding::kCircular;
  CHECK(ref::tv_loss(spec, rgb, nullptr) ==
        doctest::Approx((root(9 + 16) + root(9 + 36) + root(25 + 16) + root(25 + 36) + flat) / 12 /
                        255));
}

TEST_CASE("a kind of total variation takes the place of the normalization's") {
  ref::Tensor rgb(3, 1, 2);
  rgb.data = {0, 51, 10, 10, 7, 5};
  const auto tv = [&](Normalization normalization, TotalVariation kind) {
    LossSpec spec;
    spec.normalization = normalization;
    spec.tv_kind = kind;
    return ref::tv_loss(spec, rgb, nullptr);
  };
  CHECK(tv(Normalization::kGatys, TotalVariation::kAbsolute) == doctest::Approx(53));
  CHECK(tv(Normalization::kTutorial, TotalVariation::kSquared) == doctest::Approx(51 * 51 + 4));
  CHECK(tv(Normalization::kRelative, TotalVariation::kAbsolute) == doctest::Approx(53 / 255.0 / 3));
}

TEST_CASE("gradients of every kind of total variation against finite differences") {
  ref::Tensor f = random_tensor(3, 3, 4, 5, 0, 2);
  for (const TotalVariation kind :
       {TotalVariation::kAbsolute, TotalVariation::kSquared, TotalVariation::kIsotropic}) {
    for (const Padding padding : {Padding::kZero, Padding::kCircular}) {
      for (const Normalization normalization : kNormalizations) {
        CAPTURE(static_cast<int>(kind));
        CAPTURE(static_cast<int>(padding));
        LossSpec spec;
        spec.tv_kind = kind;
        spec.padding = padding;
        spec.normalization = normalization;
        ref::Tensor d;
        ref::tv_loss(spec, f, &d);
        const auto tv = [&] { return ref::tv_loss(spec, f, nullptr); };
        for (std::size_t i = 0; i < f.data.size(); ++i) {
          CHECK(std::fabs(slope(f, i, 1e-6, tv) - d.data[i]) < 1e-6 * std::fabs(d.data[i]) + 1e-8);
        }
      }
    }
  }
}

TEST_CASE("the L2 pool by hand: the root of the mean square, and its slopes") {
  ref::Tensor in(1, 3, 4);
  in.data = {1, 5, 0, 0,  //
             3, 1, 0, 0,  //
             9, 9, 9, 9};
  const ref::Tensor out = ref::pool(Pooling::kL2, in);
  CHECK(out.data == std::vector<double>{3, 0});
  ref::Tensor d(1, 1, 2);
  d.data = {6, 6};
  CHECK(ref::pool_backward(Pooling::kL2, d, in).data ==
        std::vector<double>{0.5, 2.5, 0, 0, 1.5, 0.5, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("pools by hand: odd sizes floor, the first of equals wins") {
  ref::Tensor in(1, 3, 5);
  in.data = {1, 5, 2, 2, 9,  //
             3, 5, 2, 2, 9,  //
             7, 7, 7, 7, 7};
  const ref::Tensor max = ref::pool(Pooling::kMax, in);
  CHECK(max.data == std::vector<double>{5, 2});
  CHECK(ref::pool(Pooling::kAverage, in).data == std::vector<double>{3.5, 2});
  ref::Tensor d(1, 1, 2);
  d.data = {1, 4};
  CHECK(ref::pool_backward(Pooling::kMax, d, in).data ==
        std::vector<double>{0, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(ref::pool_backward(Pooling::kAverage, d, in).data ==
        std::vector<double>{0.25, 0.25, 1, 1, 0, 0.25, 0.25, 1, 1, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("preprocessing by hand") {
  ref::Tensor rgb(3, 1, 1);
  rgb.data = {255, 0, 51};
  const ref::Tensor caffe = ref::preprocess(Preprocessing::kCaffe, rgb);
  CHECK(caffe.data[0] == doctest::Approx(51 - 103.939));
  CHECK(caffe.data[1] == doctest::Approx(-116.779));
  CHECK(caffe.data[2] == doctest::Approx(255 - 123.68));
  const ref::Tensor torch = ref::preprocess(Preprocessing::kTorch, rgb);
  CHECK(torch.data[0] == doctest::Approx((1 - 0.485) / 0.229));
  CHECK(torch.data[2] == doctest::Approx((0.2 - 0.406) / 0.225));
}

TEST_CASE("losses by hand: one channel, two positions") {
  LossSpec spec;
  ref::Tensor f(1, 1, 2), style(1, 1, 2);
  f.data = {1, 3};      // g = 5, mean 2, gc = 1
  style.data = {2, 2};  // g = 4, mean 2, gc = 0
  const StyleStatistics target = ref::style_statistics(style);
  const auto value = [&](Normalization normalization, GramMode mode) {
    spec.normalization = normalization;
    spec.gram = mode;
    return ref::style_loss(spec, 2, f, target, nullptr);
  };
  CHECK(value(Normalization::kGatys, GramMode::kRaw) == doctest::Approx(0.25));
  CHECK(value(Normalization::kNeuralStyle, GramMode::kRaw) == doctest::Approx(2));
  CHECK(value(Normalization::kTutorial, GramMode::kCentered) == doctest::Approx(4));
  CHECK(value(Normalization::kRelative, GramMode::kRaw) == doctest::Approx(1.0 / 16));
  CHECK(value(Normalization::kGatys, GramMode::kBoth) == doctest::Approx(0.5));
  const auto content = [&](Normalization normalization) {
    spec.normalization = normalization;
    return ref::content_loss(spec, 2, style, f, nullptr);  // squared distance 2, variation 2
  };
  CHECK(content(Normalization::kGatys) == doctest::Approx(2));
  CHECK(content(Normalization::kNeuralStyle) == doctest::Approx(2));
  CHECK(content(Normalization::kTutorial) == doctest::Approx(1));
  CHECK(content(Normalization::kRelative) == doctest::Approx(1));
  ref::Tensor rgb(3, 1, 2);
  rgb.data = {0, 51, 10, 10, 7, 5};
  const auto tv = [&](Normalization normalization) {
    spec.normalization = normalization;
    return ref::tv_loss(spec, rgb, nullptr);
  };
  CHECK(tv(Normalization::kGatys) == doctest::Approx(51 * 51 + 4));
  CHECK(tv(Normalization::kNeuralStyle) == doctest::Approx(53));
  CHECK(tv(Normalization::kTutorial) == doctest::Approx(53));
  CHECK(tv(Normalization::kRelative) == doctest::Approx((51 * 51 + 4) / 255.0 / 255.0 / 3));
}

TEST_CASE(
    "distances by hand: one channel, two positions, and the denominator of each normalisation") {
  LossSpec spec;
  ref::Tensor f(1, 1, 2), style(1, 1, 2);
  f.data = {1, 5};      // mean 3, deviation 2
  style.data = {2, 4};  // mean 3, deviation 1
  const StyleStatistics target = ref::style_statistics(style);
  const double added = 1e-4;  // to the variances, which are 4 and 1
  const double apart = std::sqrt(4 + added) - std::sqrt(1 + added);
  for (const StyleForm form : kDistances) {
    spec.style_form = form;
    const auto value = [&](Normalization normalization) {
      spec.normalization = normalization;
      return ref::style_loss(spec, 2, f, target, nullptr);
    };
    CHECK(value(Normalization::kGatys) == doctest::Approx(apart * apart));
    CHECK(value(Normalization::kNeuralStyle) == doctest::Approx(2 * apart * apart));
    CHECK(value(Normalization::kTutorial) == doctest::Approx(apart * apart));
    CHECK(value(Normalization::kRelative) == doctest::Approx(apart * apart / 10));
    f.data = {3, 7};
    CHECK(value(Normalization::kGatys) == doctest::Approx(4 + apart * apart));
    f.data = {1, 5};
  }
}

TEST_CASE("gradients of distances against finite differences, fewer positions than channels too") {
  for (const StyleForm form : kDistances) {
    for (const int channels : {1, 3, 20}) {
      CAPTURE(static_cast<int>(form));
      CAPTURE(channels);
      ref::Tensor f = random_tensor(channels, 3, 4, 5, 0, 2);
      const StyleStatistics target = ref::style_statistics(random_tensor(channels, 4, 4, 6, 0, 2));
      const std::vector<double> weights{1, 0, 0.3, 1, 0.5, 0, 0, 0.9, 1, 0.1, 1, 1};
      for (const std::vector<double>& w : {std::vector<double>{}, weights}) {
        ref::Tensor d;
        ref::style_distance(form, f, target, &d, w);
        const auto value = [&] { return ref::style_distance(form, f, target, nullptr, w); };
        for (std::size_t i = 0; i < f.data.size(); i += 7) {
          CHECK(slope(f, i, 1e-5, value) == doctest::Approx(d.data[i]).epsilon(1e-5));
        }
      }
    }
  }
}

TEST_CASE("a region of whole positions is the picture of these positions") {
  const ref::Tensor f = random_tensor(3, 2, 3, 5, 0, 2);
  ref::Tensor part(3, 1, 3);
  for (int c = 0; c < 3; ++c) {
    for (int x = 0; x < 3; ++x) part.at(c, 0, x) = f.at(c, 1, x);
  }
  const std::vector<double> lower{0, 0, 0, 1, 1, 1};
  const StyleStatistics region = ref::style_statistics(f, lower);
  const StyleStatistics expected = ref::style_statistics(part);
  for (std::size_t i = 0; i < 9; ++i) CHECK(region.gram[i] == doctest::Approx(expected.gram[i]));
  for (std::size_t i = 0; i < 3; ++i) CHECK(region.mean[i] == doctest::Approx(expected.mean[i]));
  LossSpec spec;
  const StyleStatistics target = ref::style_statistics(random_tensor(3, 4, 4, 6, 0, 2));
  CHECK(ref::style_loss(spec, 1, f, target, nullptr, lower) ==
        doctest::Approx(ref::style_loss(spec, 1, part, target, nullptr)));
}

TEST_CASE("gradients of the losses against finite differences") {
  ref::Tensor f = random_tensor(3, 3, 4, 5, 0, 2);
  const ref::Tensor other = random_tensor(3, 4, 4, 6, 0, 2);
  const ref::Tensor same_size = random_tensor(3, 3, 4, 7, 0, 2);
  const StyleStatistics target = ref::style_statistics(other);
  for (const Normalization normalization : kNormalizations) {
    for (const GramMode mode : kGramModes) {
      CAPTURE(static_cast<int>(normalization));
      CAPTURE(static_cast<int>(mode));
      LossSpec spec;
      spec.normalization = normalization;
      spec.gram = mode;
      ref::Tensor d;
      ref::style_loss(spec, 2, f, target, &d);
      const auto style = [&] { return ref::style_loss(spec, 2, f, target, nullptr); };
      for (const std::size_t i : {0UL, 7UL, 20UL, 35UL}) {
        CHECK(slope(f, i, 1e-5, style) == doctest::Approx(d.data[i]).epsilon(1e-6));
      }
      const std::vector<double> weights{1, 0, 0.3, 1, 0.5, 0, 0, 0.9, 1, 0.1, 1, 1};
      ref::style_loss(spec, 2, f, target, &d, weights);
      const auto of_region = [&] { return ref::style_loss(spec, 2, f, target, nullptr, weights); };
      for (const std::size_t i : {0UL, 1UL, 7UL, 20UL, 35UL}) {
        CHECK(slope(f, i, 1e-5, of_region) == doctest::Approx(d.data[i]).epsilon(1e-6));
      }
      ref::content_loss(spec, 2, f, same_size, &d);
      const auto content = [&] { return ref::content_loss(spec, 2, f, same_size, nullptr); };
      CHECK(slope(f, 11, 1e-5, content) == doctest::Approx(d.data[11]).epsilon(1e-6));
      ref::content_loss(spec, 2, f, same_size, &d, weights);
      const auto weighted = [&] {
        return ref::content_loss(spec, 2, f, same_size, nullptr, weights);
      };
      for (const std::size_t i : {0UL, 11UL, 35UL}) {
        CHECK(slope(f, i, 1e-5, weighted) == doctest::Approx(d.data[i]).epsilon(1e-6));
      }
      for (const Padding padding : {Padding::kZero, Padding::kCircular}) {
        spec.padding = padding;
        ref::tv_loss(spec, f, &d);
        const auto tv = [&] { return ref::tv_loss(spec, f, nullptr); };
        for (const std::size_t i : {0UL, 5UL, 35UL}) {
          CHECK(slope(f, i, 1e-6, tv) == doctest::Approx(d.data[i]).epsilon(1e-5));
        }
      }
    }
  }
}

TEST_CASE("the network's pixel gradient against finite differences") {
  const NetworkWeights weights = synthetic_weights(Model::kVgg16, 3);
  ref::Tensor rgb = random_tensor(3, 9, 10, 8, 20, 235);
  const ref::Tensor style = random_tensor(3, 10, 8, 9, 0, 255);
  const ref::Tensor content = random_tensor(3, 9, 10, 10, 0, 255);
  for (const Padding padding : kPaddings) {
    const Pooling pooling = padding == Padding::kReplicate  ? Pooling::kAverage
                            : padding == Padding::kCircular ? Pooling::kL2
                                                            : Pooling::kMax;
    CAPTURE(static_cast<int>(padding));
    LossSpec spec;
    spec.pooling = pooling;
    spec.padding = padding;
    spec[LossKind::kStyle].layers = {{kPixelLayer, 2}, {0, 1}, {3, 0.5}};
    spec[LossKind::kContent].layers = {{2, 1}};
    spec[LossKind::kContent].weight = 0.3;
    spec[LossKind::kTv].weight = 0.1;
    std::vector<StyleStatistics> targets{ref::style_statistics(ref::unit_rgb(style))};
    const std::vector<ref::Tensor> of_style = ref::activations(weights, style, pooling, 3, padding);
    targets.push_back(ref::style_statistics(of_style[0]));
    targets.push_back(ref::style_statistics(of_style[3]));
    const std::vector<ref::Tensor> goal{ref::activations(weights, content, pooling, 2, padding)[2]};
    const ref::Evaluation e = ref::evaluate(weights, spec, rgb, targets, goal);
    CHECK(e.style.size() == 3);
    CHECK(e.total == doctest::Approx(e.style[0] + e.style[1] + e.style[2] + e.content[0] + e.tv));
    const auto total = [&] { return ref::evaluate(weights, spec, rgb, targets, goal).total; };
    for (const std::size_t i : {0UL, 44UL, 133UL, 269UL}) {
      // Steps small enough to cross no kink of ReLU or pool at these points.
      CHECK(slope(rgb, i, 1e-4, total) == doctest::Approx(e.gradient.data[i]).epsilon(1e-4));
    }
  }
}

#include <cmath>
#include <cstring>

#include "tests/reference/losses.h"
#include "tests/reference/ops.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;
namespace ref = vggstyle::reference;

namespace {

struct Case {
  int in, out, height, width;
};

/// Odd sizes, single rows and columns, sizes below and above a Winograd tile, and the channels of
/// every VGG layer; small pictures keep the float64 loops quick.
const Case kCases[] = {
    {3, 64, 1, 1},    {3, 64, 7, 10},    {3, 64, 33, 18},    {64, 64, 1, 1},    {64, 64, 1, 9},
    {64, 64, 4, 4},   {64, 64, 5, 3},    {64, 64, 13, 22},   {64, 64, 64, 61},  {64, 128, 9, 8},
    {128, 128, 6, 7}, {128, 128, 17, 4}, {128, 256, 5, 6},   {256, 256, 3, 10}, {256, 512, 4, 5},
    {512, 512, 2, 3}, {512, 512, 1, 1},  {512, 512, 21, 20},
};

/// What a GPU computes for a case: whole tiles, of 4 rows and 16 columns at least (conv3x3_tile.h).
double multiply_adds(const Case& c) {
  const int rows = (c.height + 3) / 4 * 4, columns = (c.width + 15) / 16 * 16;
  return 9.0 * c.in * c.out * rows * columns;
}

constexpr Padding kPaddings[] = {Padding::kZero, Padding::kReflect, Padding::kReplicate,
                                 Padding::kCircular};

/// The other paddings want no second turn at every size: tiles inside and at the border, tiny
/// pictures, and each of the ways to compute a convolution.
const Case kPaddedCases[] = {
    {3, 64, 1, 1},  {3, 64, 2, 3},    {3, 64, 33, 18},  {64, 64, 1, 1},   {64, 64, 2, 2},
    {64, 64, 3, 9}, {64, 64, 5, 1},   {64, 64, 13, 22}, {64, 64, 19, 33}, {64, 128, 16, 16},
    {16, 48, 6, 5}, {128, 256, 5, 6}, {512, 512, 2, 3},
};

struct Layer {
  explicit Layer(const Case& c)
      : in{c.in, c.height, c.width},
        out{c.out, c.height, c.width},
        kernel(random_floats(static_cast<std::size_t>(c.in * c.out * 9), 1, -0.1F, 0.1F)),
        bias(random_floats(static_cast<std::size_t>(c.out), 2, -1, 1)),
        x(random_floats(in.elements(), 3, -0.5F, 1)),
        d(random_floats(out.elements(), 4, -1, 1)) {}
  Shape in, out;
  std::vector<float> kernel, bias, x, d;
};

}  // namespace

TEST_CASE("conv3x3 fprop with bias and ReLU, and dgrad, against float64") {
  TestBackend backend;
  for (const Case& c : kCases) {
    CAPTURE(c.in);
    CAPTURE(c.out);
    CAPTURE(c.height);
    CAPTURE(c.width);
    if (!backend.affords(multiply_adds(c))) continue;
    const Layer l(c);
    const auto conv = backend->make_conv3x3({l.in, c.out, l.kernel, l.bias, true});
    GuardedBuffer workspace(*backend, conv->workspace_bytes());
    GuardedTensor in(*backend, l.in, l.x), out(*backend, l.out);
    const std::vector<float> stored_x = in.read();  // in the backend's precision
    conv->fprop(in.tensor, out.tensor, {}, workspace.as<void>());
    const ref::Tensor expected =
        ref::relu(ref::conv3x3(to_reference(l.x, l.in), c.out, l.kernel, l.bias));
    CHECK(relative_error(out.read(), expected.data) < backend.bound(3e-6));

    GuardedTensor d_out(*backend, l.out, l.d), d_in(*backend, l.in);
    const std::vector<float> stored_d = d_out.read();
    conv->dgrad(d_out.tensor, nullptr, d_in.tensor, workspace.as<void>());
    const ref::Tensor gradient = ref::conv3x3_backward(to_reference(l.d, l.out), c.in, l.kernel);
    CHECK(relative_error(d_in.read(), gradient.data) < backend.bound(3e-6));
    CHECK(in.read() == stored_x);
    CHECK(d_out.read() == stored_d);
  }
}

TEST_CASE("conv3x3 of small whole numbers equals the reference, forward and backward") {
  TestBackend backend;
  for (const Case& c : kCases) {
    CAPTURE(c.in);
    CAPTURE(c.out);
    CAPTURE(c.height);
    CAPTURE(c.width);
    if (!backend.affords(multiply_adds(c))) continue;
    // Numbers, and sums of a few dozen of them, that every precision holds exactly; asymmetric
    // filters, so that a swapped tap or channel is another result.
    Layer l(c);
    for (float& v : l.x) v = std::round(2 * v);
    for (float& v : l.d) v = std::round(2 * v);
    for (float& v : l.bias) v = std::round(3 * v);
    const double keep = std::min(1.0, 40.0 / (9.0 * std::max(c.in, c.out)));
    const auto least = static_cast<float>(0.1 * (1 - keep));
    for (float& v : l.kernel) v = std::fabs(v) < least ? 0.0F : v > 0 ? 1.0F : -2.0F;
    const auto conv = backend->make_conv3x3({l.in, c.out, l.kernel, l.bias, true});
    GuardedBuffer workspace(*backend, conv->workspace_bytes());
    GuardedTensor in(*backend, l.in, l.x), out(*backend, l.out);
    GuardedTensor d_out(*backend, l.out, l.d), d_in(*backend, l.in);
    conv->fprop(in.tensor, out.tensor, {}, workspace.as<void>());
    conv->dgrad(d_out.tensor, nullptr, d_in.tensor, workspace.as<void>());
    const auto expected =
        ref::relu(ref::conv3x3(to_reference(l.x, l.in), c.out, l.kernel, l.bias)).data;
    const auto gradient = ref::conv3x3_backward(to_reference(l.d, l.out), c.in, l.kernel).data;
    // The CPU's Winograd transforms divide by 3 and 5: near, not equal.
    CHECK(relative_error(out.read(), expected) <= backend.variant.whole_number_bound);
    CHECK(relative_error(d_in.read(), gradient) <= backend.variant.whole_number_bound);
  }
}

TEST_CASE("conv3x3 in every padding, forward and backward, with what is to be added") {
  TestBackend backend;
  for (const Padding padding : kPaddings) {
    for (const Case& c : kPaddedCases) {
      CAPTURE(static_cast<int>(padding));
      CAPTURE(c.in);
      CAPTURE(c.height);
      CAPTURE(c.width);
      if (padding != Padding::kZero && !backend.variant.any_padding) continue;
      if (!backend.affords(multiply_adds(c))) continue;
      const Layer l(c);
      const auto conv = backend->make_conv3x3({l.in, c.out, l.kernel, l.bias, true, padding});
      GuardedBuffer workspace(*backend, conv->workspace_bytes());
      GuardedTensor in(*backend, l.in, l.x), out(*backend, l.out);
      conv->fprop(in.tensor, out.tensor, {}, workspace.as<void>());
      const ref::Tensor expected =
          ref::relu(ref::conv3x3(to_reference(l.x, l.in), c.out, l.kernel, l.bias, padding));
      CHECK(relative_error(out.read(), expected.data) < backend.bound(5e-6));

      GuardedTensor d_out(*backend, l.out, l.d), d_in(*backend, l.in);
      conv->dgrad(d_out.tensor, nullptr, d_in.tensor, workspace.as<void>());
      ref::Tensor gradient =
          ref::conv3x3_backward(to_reference(l.d, l.out), c.in, l.kernel, padding);
      CHECK(relative_error(d_in.read(), gradient.data) < backend.bound(5e-6));

      // The terms of the layer below, of which the content's is enough, come after the border.
      GuardedTensor target(*backend, l.in, random_floats(l.in.elements(), 6, -0.5F, 1));
      GuardedTensor with_terms(*backend, l.in);
      GradientTerms terms;
      terms.activations = in.tensor;
      terms.content_target = target.tensor;
      terms.content_scale = 2;
      conv->dgrad(d_out.tensor, &terms, with_terms.tensor, workspace.as<void>());
      const std::vector<float> f = in.read(), goal = target.read();
      for (std::size_t i = 0; i < f.size(); ++i) {
        const double difference = static_cast<double>(f[i]) - static_cast<double>(goal[i]);
        gradient.data[i] = f[i] > 0 ? gradient.data[i] + 2 * difference : 0;
      }
      CHECK(relative_error(with_terms.read(), gradient.data) < backend.bound(5e-6));
    }
  }
}

TEST_CASE("conv3x3 with circular padding: of a rolled input, the rolled output") {
  TestBackend backend;
  if (!backend.variant.any_padding) return;
  const Layer l({64, 64, 12, 20});
  const auto conv = backend->make_conv3x3({l.in, 64, l.kernel, l.bias, true, Padding::kCircular});
  GuardedBuffer workspace(*backend, conv->workspace_bytes());
  const auto run = [&](const std::vector<float>& x) {
    GuardedTensor in(*backend, l.in, x), out(*backend, l.out);
    conv->fprop(in.tensor, out.tensor, {}, workspace.as<void>());
    return out.read();
  };
  const auto rolled = [&](const std::vector<float>& x) {
    std::vector<float> result(x.size());
    for (int c = 0; c < 64; ++c) {
      for (int y = 0; y < 12; ++y) {
        for (int column = 0; column < 20; ++column) {
          const int to = (c * 12 + (y + 5) % 12) * 20 + (column + 3) % 20;
          result[static_cast<std::size_t>(to)] =
              x[static_cast<std::size_t>((c * 12 + y) * 20 + column)];
        }
      }
    }
    return result;
  };
  const std::vector<float> moved = rolled(run(l.x));
  CHECK(relative_error(run(rolled(l.x)), std::vector<double>(moved.begin(), moved.end())) < 1e-6);
}

TEST_CASE("conv3x3 gives the same bytes for any number of threads") {
  int count = 0;
  for (const Case& c :
       {Case{3, 64, 40, 37}, Case{64, 64, 64, 64}, Case{64, 128, 65, 64}, Case{128, 128, 33, 40},
        Case{256, 512, 9, 9}, Case{512, 512, 10, 9}, Case{3, 64, 40, 37}, Case{64, 64, 64, 64}}) {
    if (!TestBackend(1).affords(multiply_adds(c))) continue;
    const Padding padding =
        ++count > 6 && TestBackend(1).variant.any_padding ? Padding::kReflect : Padding::kZero;
    const Layer l(c);
    std::vector<float> first_out, first_d;
    for (const int threads : {1, 2, 3, 5}) {
      CAPTURE(threads);
      TestBackend backend(threads);
      const auto conv = backend->make_conv3x3({l.in, c.out, l.kernel, l.bias, true, padding});
      GuardedBuffer workspace(*backend, conv->workspace_bytes());
      GuardedTensor in(*backend, l.in, l.x), out(*backend, l.out);
      GuardedTensor d_out(*backend, l.out, l.d), d_in(*backend, l.in);
      conv->fprop(in.tensor, out.tensor, {}, workspace.as<void>());
      conv->dgrad(d_out.tensor, nullptr, d_in.tensor, workspace.as<void>());
      if (threads == 1) {
        first_out = out.read();
        first_d = d_in.read();
      }
      CHECK(out.read() == first_out);
      CHECK(d_in.read() == first_d);
    }
  }
}

TEST_CASE("conv3x3: the pool as an epilogue") {
  TestBackend backend;
  for (const Shape size : {Shape{64, 7, 9}, Shape{64, 2, 3}, Shape{64, 18, 34}}) {
    for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage, Pooling::kL2}) {
      CAPTURE(size.height);
      CAPTURE(static_cast<int>(pooling));
      const Layer l({64, 128, size.height, size.width});
      const auto conv = backend->make_conv3x3({l.in, 128, l.kernel, l.bias, false});
      GuardedBuffer workspace(*backend, conv->workspace_bytes());
      GuardedTensor in(*backend, l.in, l.x), out(*backend, l.out);
      const Shape pooled_size = pooled_shape(l.out);
      GuardedTensor pooled(*backend, pooled_size);
      GuardedBuffer winners(*backend, backend->pool2x2().winner_bytes(pooled_size));
      conv->fprop(in.tensor, out.tensor, {pooled.tensor, pooling, winners.as<std::uint8_t>()},
                  workspace.as<void>());
      // Of what was stored, the ReLU's many equal zeros included: rounded once where it is a mean or a root.
      const ref::Tensor stored = to_reference(out.read(), l.out);
      const double bound = pooling == Pooling::kMax ? 0 : backend.bound(1e-6);
      CHECK(relative_error(pooled.read(), ref::pool(pooling, stored).data) <= bound);

      std::vector<float> d = random_floats(pooled_size.elements(), 5, -8, 8);
      for (float& v : d) v = std::round(v);
      GuardedTensor d_pooled(*backend, pooled_size, d), d_out(*backend, l.out);
      backend->pool2x2().bprop(pooling, d_pooled.tensor, out.tensor, winners.as<std::uint8_t>(),
                               nullptr, d_out.tensor);
      const ref::Tensor expected =
          ref::pool_backward(pooling, to_reference(d, pooled_size), stored);
      CHECK(relative_error(d_out.read(), expected.data) <=
            (pooling == Pooling::kL2 ? backend.bound(1e-6) : 0));
    }
  }
}

TEST_CASE("conv3x3: a style layer has the means of what fprop stored, whoever summed them") {
  TestBackend backend;
  for (const Shape size : {Shape{64, 7, 9}, Shape{64, 1, 1}, Shape{64, 18, 34}}) {
    CAPTURE(size.height);
    const Layer l({64, 128, size.height, size.width});
    const auto conv = backend->make_conv3x3({l.in, 128, l.kernel, l.bias, false});
    GuardedBuffer workspace(*backend, conv->workspace_bytes());
    GuardedTensor in(*backend, l.in, l.x), out(*backend, l.out);
    GuardedTensor pooled(*backend, pooled_shape(l.out));
    const auto style = backend->make_style_layer(l.out);
    for (const bool with_pool : {false, true}) {
      CAPTURE(with_pool);
      const Tensor to = with_pool && pooled.tensor.shape.positions() > 0 ? pooled.tensor : Tensor{};
      conv->fprop(in.tensor, out.tensor, {to, Pooling::kAverage, nullptr, style.get()},
                  workspace.as<void>());
      const std::vector<float> stored = out.read();
      std::vector<double> expected(128);
      for (std::size_t i = 0; i < stored.size(); ++i) {
        expected[i / l.out.positions()] +=
            static_cast<double>(stored[i]) / static_cast<double>(l.out.positions());
      }
      std::vector<double> gram(128 * 128), mean(128);
      style->begin(out.tensor);
      style->accumulate(out.tensor);
      style->statistics(gram, mean);
      CHECK(relative_error(std::vector<float>(mean.begin(), mean.end()), expected) < 1e-6);
    }
  }
}

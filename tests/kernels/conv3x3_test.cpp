#include <cstring>

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
    const Layer l(c);
    const auto conv = backend->make_conv3x3({l.in, c.out, l.kernel, l.bias, true});
    GuardedBuffer workspace(*backend, conv->workspace_bytes());
    GuardedTensor in(*backend, l.in, l.x), out(*backend, l.out);
    conv->fprop(in.tensor, out.tensor, {}, workspace.as<void>());
    const ref::Tensor expected =
        ref::relu(ref::conv3x3(to_reference(l.x, l.in), c.out, l.kernel, l.bias));
    CHECK(relative_error(out.read(), expected.data) < 3e-6);

    GuardedTensor d_out(*backend, l.out, l.d), d_in(*backend, l.in);
    conv->dgrad(d_out.tensor, nullptr, d_in.tensor, workspace.as<void>());
    const ref::Tensor gradient = ref::conv3x3_backward(to_reference(l.d, l.out), c.in, l.kernel);
    CHECK(relative_error(d_in.read(), gradient.data) < 3e-6);
    CHECK(in.read() == l.x);
    CHECK(d_out.read() == l.d);
  }
}

TEST_CASE("conv3x3 gives the same bytes for any number of threads") {
  for (const Case& c : {Case{3, 64, 40, 37}, Case{64, 64, 64, 64}, Case{64, 128, 65, 64},
                        Case{128, 128, 33, 40}, Case{256, 512, 9, 9}, Case{512, 512, 10, 9}}) {
    const Layer l(c);
    std::vector<float> first_out, first_d;
    for (const int threads : {1, 2, 3, 5}) {
      CAPTURE(threads);
      TestBackend backend(threads);
      const auto conv = backend->make_conv3x3({l.in, c.out, l.kernel, l.bias, true});
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

TEST_CASE("conv3x3: the pool as an epilogue, the terms of the layer below after dgrad") {
  TestBackend backend;
  const Layer l({64, 128, 7, 9});
  const auto conv = backend->make_conv3x3({l.in, 128, l.kernel, l.bias, true});
  GuardedBuffer workspace(*backend, conv->workspace_bytes());
  GuardedTensor in(*backend, l.in, l.x), out(*backend, l.out);
  const Shape pooled_size = pooled_shape(l.out);
  GuardedTensor pooled(*backend, pooled_size);
  GuardedBuffer winners(*backend, backend->pool2x2().winner_bytes(pooled_size));
  conv->fprop(in.tensor, out.tensor, {pooled.tensor, PoolKind::kMax, winners.as<std::uint8_t>()},
              workspace.as<void>());
  CHECK(relative_error(pooled.read(),
                       ref::pool(Pooling::kMax, to_reference(out.read(), l.out)).data) == 0.0);

  GuardedTensor d_out(*backend, l.out, l.d), d_in(*backend, l.in);
  GradientTerms terms;
  terms.activations = in.tensor;
  conv->dgrad(d_out.tensor, &terms, d_in.tensor, workspace.as<void>());
  const ref::Tensor expected = ref::relu_backward(
      ref::conv3x3_backward(to_reference(l.d, l.out), 64, l.kernel), to_reference(l.x, l.in));
  CHECK(relative_error(d_in.read(), expected.data) < 3e-6);
}

TEST_CASE("conv3x3 made without dgrad holds half the weights") {
  TestBackend backend;
  const Layer l({64, 64, 8, 8});
  const auto both = backend->make_conv3x3({l.in, 64, l.kernel, l.bias, true});
  const auto forward = backend->make_conv3x3({l.in, 64, l.kernel, l.bias, false});
  CHECK(both->weight_bytes() == 2 * forward->weight_bytes());
}

#include "tests/reference/ops.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;
namespace ref = vggstyle::reference;

TEST_CASE("pool2x2 and its gradient equal the reference, odd sizes and ties included") {
  TestBackend backend;
  for (const Shape shape : {Shape{64, 2, 2}, Shape{64, 5, 4}, Shape{16, 9, 11}, Shape{128, 2, 7}}) {
    for (const Pooling kind : {Pooling::kMax, Pooling::kAverage, Pooling::kL2}) {
      CAPTURE(shape.height);
      CAPTURE(shape.width);
      // Multiples of 1/4 in a small range: many ties, and exact sums, so that results are equal.
      std::vector<float> x = random_floats(shape.elements(), 1, 0, 6);
      for (float& v : x) v = std::floor(v) / 4;
      std::vector<float> d = random_floats(pooled_shape(shape).elements(), 2, -8, 8);
      for (float& v : d) v = std::round(v);

      GuardedTensor in(*backend, shape, x), out(*backend, pooled_shape(shape));
      GuardedBuffer winners(*backend, backend->pool2x2().winner_bytes(pooled_shape(shape)));
      backend->pool2x2().fprop(kind, in.tensor, out.tensor, winners.as<std::uint8_t>());
      const ref::Tensor reference_in = to_reference(x, shape);
      const double bound = kind == Pooling::kL2 ? backend.bound(1e-6) : 0;  // a root is rounded
      CHECK(relative_error(out.read(), ref::pool(kind, reference_in).data) <= bound);

      GuardedTensor d_out(*backend, pooled_shape(shape), d), d_in(*backend, shape);
      backend->pool2x2().bprop(kind, d_out.tensor, in.tensor, winners.as<std::uint8_t>(), nullptr,
                               d_in.tensor);
      const ref::Tensor expected =
          ref::pool_backward(kind, to_reference(d, pooled_shape(shape)), reference_in);
      CHECK(relative_error(d_in.read(), expected.data) <= bound);

      GradientTerms terms;
      terms.activations = in.tensor;
      backend->pool2x2().bprop(kind, d_out.tensor, in.tensor, winners.as<std::uint8_t>(), &terms,
                               d_in.tensor);
      CHECK(relative_error(d_in.read(), ref::relu_backward(expected, reference_in).data) <= bound);
    }
  }
}

TEST_CASE("pool2x2: the root of zeros, and of squares that are 0 in float32, has no gradient") {
  TestBackend backend;
  const Shape shape{16, 2, 4};
  std::vector<float> x(shape.elements());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 4 < 2 ? 0.0F : 1e-30F;
  const std::vector<float> d(pooled_shape(shape).elements(), 3.0F);
  GuardedTensor in(*backend, shape, x), out(*backend, pooled_shape(shape));
  GuardedTensor d_out(*backend, pooled_shape(shape), d), d_in(*backend, shape);
  backend->pool2x2().fprop(Pooling::kL2, in.tensor, out.tensor, nullptr);
  for (const float value : out.read()) CHECK(value == 0.0F);
  backend->pool2x2().bprop(Pooling::kL2, d_out.tensor, in.tensor, nullptr, nullptr, d_in.tensor);
  for (const float value : d_in.read()) CHECK(std::abs(value) < 1e-9F);
}

#include "kernels/cuda/library/blas.h"

#include "tests/reference/losses.h"
#include "tests/reference/ops.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;
namespace ref = vggstyle::reference;

namespace {

cuda::Storage storage_of(Precision precision) {
  switch (precision) {
    case Precision::kFloat16:
      return cuda::Storage::kFloat16;
    case Precision::kBfloat16:
      return cuda::Storage::kBfloat16;
    default:
      return cuda::Storage::kFloat32;
  }
}

}  // namespace

TEST_CASE("the Gram product of cuBLAS, or of what stands in for it, against float64") {
  TestBackend backend;
  auto& device = dynamic_cast<GpuDevice&>(backend->device());
  const Precision precision = backend->precision();
  const auto blas = cuda::make_blas(device);
  for (const Shape shape : {Shape{64, 1, 1}, Shape{64, 5, 5}, Shape{128, 17, 31}}) {
    CAPTURE(shape.channels);
    const auto entries = static_cast<std::size_t>(shape.channels * shape.channels);
    const GuardedTensor f(*backend, shape, random_floats(shape.elements(), 1, -1, 1));
    const GuardedBuffer out(*backend, entries * sizeof(float));
    const auto product = [&] {
      blas->gram(storage_of(precision), precision == Precision::kTf32, f.tensor.data,
                 shape.positions(), 1, shape.channels, out.as<float>());
      std::vector<float> g(entries);
      device.download(g.data(), out.as<float>(), entries * sizeof(float));
      return g;
    };
    const std::vector<float> g = product();
    std::vector<double> expected = ref::gram(to_reference(f.read(), shape));
    for (double& e : expected) e *= static_cast<double>(shape.positions());
    // Sums are float32, which tensor cores cut off rather than round.
    CHECK(relative_error(g, expected) < (precision == Precision::kTf32 ? 1e-3 : 5e-6));
    CHECK(product() == g);
  }
}

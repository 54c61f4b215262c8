#include <doctest/doctest.h>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/ptx.h"
#include "tests/simt/test_kernels.h"

/// Every primitive of device_code.h does what CUDA's documentation says.
namespace vggstyle::cuda {
namespace {

using simt::downloaded;
using simt::uploaded;

struct Reversal {
  int values[128];
};

__global__ void reverse(const int* in, int* out) {
  Reversal& s = dynamic_shared<Reversal>();
  const unsigned t = threadIdx.x, first = blockIdx.x * blockDim.x;
  s.values[t] = in[first + t];
  __syncthreads();
  out[first + t] = s.values[blockDim.x - 1 - t];
}

TEST_CASE("a block reverses its part through shared memory") {
  std::vector<int> in(128 * 5);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<int>(i);
  for (const int os_threads : {1, 3}) {
    const auto device = simt::make_simt_device({.os_threads = os_threads});
    const Buffer from = uploaded(*device, in), to(*device, in.size() * sizeof(int));
    launch(*device, "reverse", reverse, {5, 128, sizeof(Reversal)}, from.as<int>(), to.as<int>());
    const std::vector<int> out = downloaded<int>(*device, to);
    for (int i = 0; i < 640; ++i) {
      CHECK(out[static_cast<std::size_t>(i)] == i / 128 * 128 + 127 - i % 128);
    }
  }
}

}  // namespace
}  // namespace vggstyle::cuda

// Gram sums of an NHWC layer, plain: see gram.h for what is computed, gram_fast.cuh for the fast
// kernel.
//
// One thread computes one entry of C x C for one piece of positions: lanes share D_i (a broadcast)
// and read neighbouring D_j. 2 loads for an FMA, from caches, which bound it.

#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/style/gram.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;

template <typename T, typename Rounding>
__global__ void gram_plain_kernel(GramProblem<T> problem) {
  const int channels = problem.channels;
  const int entry = static_cast<int>(blockIdx.x * kThreads + threadIdx.x);
  if (entry >= channels * channels) return;
  const int i = entry / channels, j = entry % channels;
  const std::size_t begin = problem.begin + blockIdx.y * kGramPiece;
  const std::size_t end =
      begin + kGramPiece < problem.positions ? begin + kGramPiece : problem.positions;
  const float si = problem.shift[i], sj = problem.shift[j];
  float product = 0, sum = 0;
  for (std::size_t m = begin; m < end; ++m) {
    const T* f = problem.f + m * static_cast<std::size_t>(problem.stride);
    const float di = to_float(f[i]) - si;
    product += Rounding::round(di) * Rounding::round(to_float(f[j]) - sj);
    sum += di;
  }
  const std::size_t row =
      blockIdx.y * static_cast<std::size_t>(channels) + static_cast<std::size_t>(i);
  problem.products[row * static_cast<std::size_t>(channels) + static_cast<std::size_t>(j)] =
      product;
  if (j == 0) problem.sums[row] = sum;
}

}  // namespace

template <typename T, typename Rounding>
void gram_plain(GpuDevice& device, const GramProblem<T>& problem) {
  const auto channels = static_cast<std::size_t>(problem.channels);
  const dim3 grid(ceil_div(channels * channels, kThreads), static_cast<unsigned>(problem.count));
  launch(device, "gram_plain", gram_plain_kernel<T, Rounding>, {grid, kThreads}, problem);
}

template void gram_plain<float, AsStored>(GpuDevice&, const GramProblem<float>&);
template void gram_plain<Tf32, ToTf32>(GpuDevice&, const GramProblem<Tf32>&);
template void gram_plain<__half, AsStored>(GpuDevice&, const GramProblem<__half>&);
template void gram_plain<__nv_bfloat16, AsStored>(GpuDevice&, const GramProblem<__nv_bfloat16>&);

}  // namespace vggstyle::cuda

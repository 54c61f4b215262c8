#pragma once

#include <algorithm>

#include "kernels/cuda/device/block_sum.h"
#include "kernels/cuda/device/launch.h"

/// Sums over long arrays, the same bytes every time: n alone decides which block adds what, and the
/// blocks' sums are added in order. Two launches, float64 sums. Bytes bound it.
namespace vggstyle::cuda {

constexpr int kReductionThreads = 256;
constexpr std::size_t kReductionBlocks = 512;  // at most; fills every GPU of today

/// How [0, n) is cut into blocks of whole strides.
struct ReductionPieces {
  std::size_t size, count;

  explicit ReductionPieces(std::size_t n) {
    const std::size_t strides = (n + kReductionThreads - 1) / kReductionThreads;
    const std::size_t each =
        std::max<std::size_t>(4, (strides + kReductionBlocks - 1) / kReductionBlocks);
    size = each * kReductionThreads;
    count = std::max<std::size_t>(1, (n + size - 1) / size);
  }
};

/// partials[block] = sum of term(i) over the block's piece.
template <typename Term>
__global__ void partial_sums(Term term, std::size_t n, std::size_t piece, double* partials) {
  auto& storage = static_shared<BlockSum<double, kReductionThreads>>();
  const std::size_t begin = blockIdx.x * piece;
  const std::size_t end = begin + piece < n ? begin + piece : n;
  double sum = 0;
  for (std::size_t i = begin + threadIdx.x; i < end; i += kReductionThreads) sum += term(i);
  sum = block_sum<kReductionThreads>(sum, storage);
  if (threadIdx.x == 0) partials[blockIdx.x] = sum;
}

/// out[b] = the sum of partials[b * count ... + count), for block b.
template <int Threads>
__global__ void add_partials(const double* partials, std::size_t count, double* out) {
  auto& storage = static_shared<BlockSum<double, Threads>>();
  const double* mine = partials + blockIdx.x * count;
  double sum = 0;
  for (std::size_t i = threadIdx.x; i < count; i += Threads) sum += mine[i];
  sum = block_sum<Threads>(sum, storage);
  if (threadIdx.x == 0) out[blockIdx.x] = sum;
}

/// Owns the blocks' sums.
class Reduction {
 public:
  explicit Reduction(GpuDevice& device)
      : device_(device), partials_(device, kReductionBlocks * sizeof(double)) {}

  /// *out (device memory) = the sum of term(i) for i in [0, n); `term` runs on the device.
  template <typename Term>
  void sum(const char* name, std::size_t n, Term term, double* out) {
    const ReductionPieces pieces(n);
    launch(device_, name, partial_sums<Term>,
           {static_cast<unsigned>(pieces.count), kReductionThreads}, term, n, pieces.size,
           partials_.as<double>());
    launch(device_, "add_partials", add_partials<kReductionThreads>, {1, kReductionThreads},
           partials_.as<double>(), pieces.count, out);
  }

 private:
  GpuDevice& device_;
  Buffer partials_;
};

}  // namespace vggstyle::cuda

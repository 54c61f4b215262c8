#pragma once

#include "kernels/cuda/device/device_code.h"

namespace vggstyle::cuda {

constexpr int kWarp = 32;

/// The sum of `value` over a warp, in every lane. The order is the butterfly's: always the same.
template <typename T>
__device__ __forceinline__ T warp_sum(T value) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    value += __shfl_xor_sync(0xFFFFFFFFU, value, offset);
  }
  return value;
}

/// Shared memory of block_sum.
template <typename T, int Threads>
struct BlockSum {
  T warps[Threads / kWarp];
};

/// The sum of `value` over the block's Threads threads, in thread 0 (elsewhere: undefined). Two
/// calls with the same storage need a barrier in between.
template <int Threads, typename T>
__device__ __forceinline__ T block_sum(T value, BlockSum<T, Threads>& storage) {
  static_assert(Threads % kWarp == 0 && Threads <= 1024);
  value = warp_sum(value);
  if (threadIdx.x % kWarp == 0) storage.warps[threadIdx.x / kWarp] = value;
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int w = 1; w < Threads / kWarp; ++w) value += storage.warps[w];
  }
  return value;
}

}  // namespace vggstyle::cuda

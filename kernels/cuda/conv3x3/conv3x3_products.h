#pragma once

#include "kernels/cuda/conv3x3/conv3x3_tile.h"
#include "kernels/cuda/device/block_sum.h"
#include "kernels/cuda/device/mma.h"

/// The inner products of the fast convolution: what a warp does with one step's A and B in shared
/// memory (conv3x3_tile.h). A warp owns kWarpRows rows of 16 positions and 32 output channels.
/// TensorCores<...> and Ffma have the same members:
///
///   Element                 as stored
///   kThreadsPerMultiprocessor  how many should fit
///   filter_offset(n, k)     byte offset of element (n, k) in a step's B
///   step(a, window, b)      sums += A B; `window` is the halo position of the tile's first
///                           position under this tap
///   scale(x)                sums *= x
///   store(row, staging)     two rows of positions to shared memory: 32 x 32, kStagingStride apart
namespace vggstyle::cuda {

constexpr int kWarpChannels = 32;
/// The most floats from position to position of a staged tile.
constexpr int kMostStagingStride = kWarpChannels + 8;

template <typename Mma, int kWarpRows>
class TensorCores {
 public:
  using Element = typename Mma::Element;
  /// 8 more than 32: the float2 writes of a half-warp (4 positions x 4 pairs) meet 32 different
  /// banks.
  static constexpr int kStagingStride = kMostStagingStride;
  /// What registers leave room for: splitting needs more of them.
  static constexpr int kThreadsPerMultiprocessor = Mma::kSplit ? 256 : 512;

  __host__ __device__ static constexpr int filter_offset(int n, int k) {
    const int byte = k * static_cast<int>(sizeof(Element));
    return swizzled(n, byte / kSlotBytes) + byte % kSlotBytes;
  }

  /// `row`, `channel`: of the warp's part within the block's tile.
  __device__ TensorCores(int row, int channel) {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    const int matrix = lane / 8;  // whose row's address this lane gives to ldmatrix
    // A: matrices are positions 0-7, 8-15 of slot 0, then of slot 1.
    a_position_ = row * kHaloColumns + lane % 8 + matrix % 2 * 8;
    a_slot_ = matrix / 2;
    // B: matrices are slot 0, 1 of channels 0-7, then of channels 8-15.
    b_row_ = channel + lane % 8 + matrix / 2 * 8;
    b_slot_ = matrix % 2;
  }

  __device__ __forceinline__ void step(const unsigned char* a, int window, const unsigned char* b) {
#pragma unroll
    for (int k = 0; k < kSlots; k += 2) {
      std::uint32_t b_bits[kPairs][4];
#pragma unroll
      for (int n = 0; n < kPairs; ++n) {
        ldmatrix_x4(b_bits[n], b + swizzled(b_row_ + 16 * n, b_slot_ + k));
      }
#pragma unroll
      for (int m = 0; m < kWarpRows; ++m) {
        std::uint32_t a_bits[4];
        ldmatrix_x4(a_bits, a + swizzled(a_position_ + window + m * kHaloColumns, a_slot_ + k));
        multiply(sums_[m], a_bits, b_bits);
      }
    }
  }

  __device__ __forceinline__ void scale(float x) {
#pragma unroll
    for (int m = 0; m < kWarpRows; ++m) {
#pragma unroll
      for (int n = 0; n < 2 * kPairs; ++n) {
#pragma unroll
        for (int i = 0; i < 4; ++i) sums_[m][n][i] *= x;
      }
    }
  }

  __device__ __forceinline__ void store(int row, float* staging) const {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    // Of a 16 x 8 result lane l has (l / 4, 2 (l % 4) and + 1) and the same 8 rows below.
    float* to = staging + lane / 4 * kStagingStride + lane % 4 * 2;
#pragma unroll
    for (int m = 0; m < 2; ++m) {
#pragma unroll
      for (int n = 0; n < 2 * kPairs; ++n) {
        const float(&d)[4] = sums_[row + m][n];
        float* at = to + m * kTileColumns * kStagingStride + n * 8;
        store8(at, make_uint2(__float_as_uint(d[0]), __float_as_uint(d[1])));
        store8(at + 8 * kStagingStride, make_uint2(__float_as_uint(d[2]), __float_as_uint(d[3])));
      }
    }
  }

 private:
  static constexpr int kPairs = kWarpChannels / 16;  // of B tiles with 8 channels

  __device__ __forceinline__ static void multiply(float (&d)[2 * kPairs][4],
                                                  const std::uint32_t (&a)[4],
                                                  const std::uint32_t (&b)[kPairs][4]) {
#pragma unroll
    for (int n = 0; n < 2 * kPairs; ++n) {
      const std::uint32_t b_bits[2] = {b[n / 2][n % 2 * 2], b[n / 2][n % 2 * 2 + 1]};
      Mma::mma(d[n], a, b_bits);
    }
  }

  int a_position_, a_slot_, b_row_, b_slot_;
  float sums_[kWarpRows][2 * kPairs][4] = {};
};

/// float32 multiply-adds. A lane has 2 positions of each row (x and x + 8) and 2 x 4 channels; the
/// 8 positions that a warp reads at once are neighbours, the 4 channel groups share them:
/// 128 FMA for 8 + 4 accesses to shared memory.
template <int kWarpRows>
class Ffma {
 public:
  using Element = float;
  /// 4 more than 32: the float4 writes of a quarter-warp (8 positions) meet 32 different banks.
  static constexpr int kStagingStride = kWarpChannels + 4;
  static constexpr int kThreadsPerMultiprocessor = 256;

  __host__ __device__ static constexpr int filter_offset(int n, int k) {
    return (k * kTileChannels + n) * static_cast<int>(sizeof(float));
  }

  __device__ Ffma(int row, int channel) {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    a_position_ = row * kHaloColumns + lane % 8;
    b_channel_ = channel + lane / 8 * 4;
  }

  __device__ __forceinline__ void step(const unsigned char* a, int window, const unsigned char* b) {
#pragma unroll
    for (int k = 0; k < kChunk<float>; k += 2) {
      float filters[2][8];
#pragma unroll
      for (int i = 0; i < 2; ++i) {
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          const float4 w = load16f(b + filter_offset(b_channel_ + 16 * half, k + i));
          filters[i][4 * half] = w.x;
          filters[i][4 * half + 1] = w.y;
          filters[i][4 * half + 2] = w.z;
          filters[i][4 * half + 3] = w.w;
        }
      }
#pragma unroll
      for (int p = 0; p < 2 * kWarpRows; ++p) {
        const int position = a_position_ + window + p / 2 * kHaloColumns + p % 2 * 8;
        const uint2 v =
            load8(a + swizzled(position, k / 4) + k % 4 * static_cast<int>(sizeof(float)));
#pragma unroll
        for (int n = 0; n < 8; ++n) {
          sums_[p][n] = fmaf(__uint_as_float(v.x), filters[0][n], sums_[p][n]);
          sums_[p][n] = fmaf(__uint_as_float(v.y), filters[1][n], sums_[p][n]);
        }
      }
    }
  }

  __device__ __forceinline__ void scale(float x) {
#pragma unroll
    for (int p = 0; p < 2 * kWarpRows; ++p) {
#pragma unroll
      for (int n = 0; n < 8; ++n) sums_[p][n] *= x;
    }
  }

  __device__ __forceinline__ void store(int row, float* staging) const {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
#pragma unroll
    for (int p = 0; p < 4; ++p) {
      const float(&s)[8] = sums_[2 * row + p];
      float* to =
          staging + (p / 2 * kTileColumns + p % 2 * 8 + lane % 8) * kStagingStride + lane / 8 * 4;
      store16f(to, make_float4(s[0], s[1], s[2], s[3]));
      store16f(to + 16, make_float4(s[4], s[5], s[6], s[7]));
    }
  }

 private:
  int a_position_, b_channel_;
  float sums_[2 * kWarpRows][8] = {};
};

}  // namespace vggstyle::cuda

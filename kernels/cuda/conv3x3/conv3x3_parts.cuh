// What the fast convolutions share: mma.sync's and FFMA's (conv3x3_fast.cuh) and wgmma's
// (conv3x3_wgmma.cuh). How A comes to shared memory, and how sums become output.

#pragma once

#include "kernels/cuda/conv3x3/conv3x3_fast.h"
#include "kernels/cuda/device/block_sum.h"

namespace vggstyle::cuda {

/// Copies chunks of an NHWC tensor with their halo to shared memory. Which positions a thread
/// copies never changes, so they are found once.
template <typename T, typename Tile>
class HaloCopy {
 public:
  /// `first_y`, `first_x`: the tile's first position.
  __device__ HaloCopy(const ConvShape& shape, int first_y, int first_x) {
#pragma unroll
    for (int i = 0; i < Tile::kSlotsA; ++i) {
      const int halo = index(i) / kSlots;
      const int y = first_y + halo / kHaloColumns - 1, x = first_x + halo % kHaloColumns - 1;
      position_[i] = shape.position(y, x);
    }
  }

  /// Zero where nothing is.
  __device__ __forceinline__ void copy(const T* tensor, int channels, int chunk,
                                       unsigned char* to) const {
#pragma unroll
    for (int i = 0; i < Tile::kSlotsA; ++i) {
      if (index(i) >= Tile::kHaloPositions * kSlots) break;
      const int slot = index(i) % kSlots;
      const bool inside = position_[i] >= 0;
      const std::size_t at =
          static_cast<std::size_t>(inside ? position_[i] : 0) * static_cast<std::size_t>(channels) +
          static_cast<std::size_t>(chunk * kChunk<T> +
                                   slot * (kSlotBytes / static_cast<int>(sizeof(T))));
      cp_async<kSlotBytes>(to + Tile::offset_a(index(i) / kSlots, slot), tensor + at,
                           inside ? kSlotBytes : 0);
    }
  }

 private:
  __device__ static int index(int i) {
    return static_cast<int>(threadIdx.x) + i * Tile::kThreads;
  }
  int position_[Tile::kSlotsA];
};

/// Whether a kernel can write channel sums (SideOutput): others do not spend registers on them.
template <typename T>
constexpr bool kHasSums = sizeof(T) == 2;

/// Turns two rows of kColumns staged positions x 32 channels into output: 8 lanes take the 32
/// channels of a position, four at a time.
template <typename T, int kColumns, int kStagingStride>
class ConvOutput {
 public:
  __device__ ConvOutput(const ConvShape& shape, const ConvEpilogue<T>& epilogue,
                        const SideOutput<T>& side, T* out)
      : shape_(shape), epilogue_(epilogue), side_(side), out_(out) {}

  /// `y`, `x`, `channel`: of the first of the staged values.
  /// Adds to `sums` what was stored for the four channels that this lane takes at each position.
  __device__ __forceinline__ void store(float* staging, int y, int x, int channel,
                                        float (&sums)[4]) const {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    const int quad = lane % 8 * 4;
#pragma unroll 4  // all eight at once would spill registers
    for (int i = 0; i < 2 * kColumns; i += kWarp / 8) {
      const int p = i + lane / 8;
      const int at_y = y + p / kColumns, at_x = x + p % kColumns;
      if (at_y >= shape_.extent.height || at_x >= shape_.extent.width) continue;
      float* staged = staging + p * kStagingStride + quad;
      const float4 sum = load16f(staged);
      const std::size_t at = offset(shape_.extent, at_y, at_x, channel + quad);
      float v[4] = {sum.x, sum.y, sum.z, sum.w};
      epilogue_.apply_four(v, at, channel + quad);
      store_four(out_ + at, v);
      if (kHasSums<T> && side_.channel_sums != nullptr) {
#pragma unroll
        for (int k = 0; k < 4; ++k) sums[k] += rounded(v[k]);
      }
      if (side_.pooled != nullptr) {
        // The pool sees what was stored: rounded.
        store16f(staged, make_float4(rounded(v[0]), rounded(v[1]), rounded(v[2]), rounded(v[3])));
      }
    }
    if (side_.pooled != nullptr) {
      __syncwarp();
      pool(staging, y / 2, x / 2, channel, lane);
    }
  }

 private:
  __device__ static float rounded(float v) {
    return to_float(from_float<T>(v));
  }

  __device__ __forceinline__ std::size_t offset(Extent extent, int y, int x, int channel) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(extent.width) +
            static_cast<std::size_t>(x)) *
               static_cast<std::size_t>(shape_.out_channels) +
           static_cast<std::size_t>(channel);
  }

  /// 8 pooled positions of 32 channels.
  __device__ __forceinline__ void pool(const float* staging, int y, int x, int channel,
                                       int lane) const {
    const Extent extent{shape_.extent.height / 2, shape_.extent.width / 2};
    const int quad = lane % 8 * 4;
#pragma unroll
    for (int i = 0; i < kColumns / 2; i += kWarp / 8) {
      const int p = i + lane / 8;
      if (y >= extent.height || x + p >= extent.width) continue;
      float window[4][4];
#pragma unroll
      for (int k = 0; k < 4; ++k) {
        const float4 v =
            load16f(staging + (k / 2 * kColumns + 2 * p + k % 2) * kStagingStride + quad);
        window[k][0] = v.x;
        window[k][1] = v.y;
        window[k][2] = v.z;
        window[k][3] = v.w;
      }
      const std::size_t at = offset(extent, y, x + p, channel + quad);
      float result[4];
      std::uint32_t winners = 0;
#pragma unroll
      for (int c = 0; c < 4; ++c) {
        float most = window[0][c], sum = window[0][c];
        std::uint32_t winner = 0;
#pragma unroll
        for (int k = 1; k < 4; ++k) {
          sum += window[k][c];
          if (window[k][c] > most) {
            most = window[k][c];
            winner = static_cast<std::uint32_t>(k);
          }
        }
        result[c] = side_.winners != nullptr ? most : 0.25F * sum;
        winners |= winner << (8 * c);
      }
      store_four(side_.pooled + at, result);
      if (side_.winners != nullptr) {
        *reinterpret_cast<std::uint32_t*>(side_.winners + at) = winners;
      }
    }
  }

  const ConvShape& shape_;
  const ConvEpilogue<T>& epilogue_;
  const SideOutput<T>& side_;
  T* out_;
};

}  // namespace vggstyle::cuda

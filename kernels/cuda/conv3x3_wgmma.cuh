// The fast 3x3 convolution by wgmma, the matrix instruction of a warpgroup (4 warps) on GPUs of
// capability 9.0. What is computed, the chunks, the taps and the P F of a style layer that comes
// first are as in conv3x3_fast.cuh. What differs is where operands lie, and who waits for whom:
//
// Tensor cores read A and B from shared memory themselves. A descriptor says where: blocks of 8
// rows x 16 bytes, each 128 bytes in a row. So A is stored in four planes, one a slot of 16 bytes
// of K, the halo's positions side by side. 8 neighbours in x are a block, for every tap, and the
// next row of the picture is 18 positions on. A product of 64 rows is a patch of 8 x 8 positions:
//
//        plane 0                     A tile: 16 rows x 16 columns = 4 patches of 8 x 8,
//      +--------------------+          two a warpgroup; or 8 rows, one patch a warpgroup
//      | 0  1  2 ...  17    |        +-------+-------+
//      | 18 19 ...          |        |  0    |  1    |  warpgroup 0
//      |    ...             |        +-------+-------+
//      +--------------------+        |  2    |  3    |  warpgroup 1
//        plane 1, 2, 3               +-------+-------+
//
// A plane is 32 bytes more than a multiple of 128, so that the four slots of two positions, which a
// quarter-warp stores, meet 32 different banks.
//
// Products are asynchronous. In step s the warpgroups issue products s, copy operands for step
// s + 2, and wait for products s - 1; the barrier of step s is behind everybody's products s - 2,
// whose memory those copies overwrite. The tensor cores always have the next products in hand.
//
//   copy        s+2 | s+3 | s+4        four stages of A and of B
//   multiply     s  | s+1 | s+2
//   read in     s-1 | s   | s+1
//
// Shared memory, 16 rows x 128 channels: A 4 x 20.6 KB, B 4 x 8 KB = 115 KB. Registers: 128 sums a
// thread. A product m64n128k16 takes 64 cycles and reads 6 KB, 48 cycles of shared memory.

#pragma once

#include "kernels/cuda/conv3x3_fast.h"
#include "kernels/cuda/conv3x3_parts.cuh"
#include "kernels/cuda/wgmma.h"

namespace vggstyle::cuda {

constexpr int kPatchSide = 8;  // of the 64 positions of a product

/// kRows x 16 positions of kChannels output channels.
template <int kRows_, int kChannels_>
struct WgmmaTile {
  static constexpr int kRows = kRows_;
  static constexpr int kChannels = kChannels_;
  static constexpr int kHaloPositions = (kRows + 2) * kHaloColumns;
  static constexpr int kWarpgroups = 2;
  static constexpr int kThreads = kWarpgroups * kWarpgroup;
  static constexpr int kPatches =  // of a warpgroup
      kRows * kTileColumns / (kPatchSide * kPatchSide) / kWarpgroups;
  static constexpr int kSums = kChannels / 2;  // of a thread, for each patch
  static constexpr int kStages = 4;
  static constexpr int kAhead = 2;  // steps between a copy and its product
  /// A plane of A, and of B.
  static constexpr int kPlaneA = (kHaloPositions * kSlotBytes + 95) / 128 * 128 + 32;
  static constexpr int kPlaneB = kChannels * kSlotBytes;
  static_assert(kPlaneA >= kHaloPositions * kSlotBytes);
  /// Slots of A, and of B, that a thread copies.
  static constexpr int kSlotsA = (kHaloPositions * kSlots + kThreads - 1) / kThreads;
  static constexpr int kSlotsB = kChannels * kSlots / kThreads;
  static_assert(kSlotsB * kThreads == kChannels * kSlots);
  /// As many as shared memory and registers hold.
  static constexpr int kBlocks = kPatches * kSums > 64 ? 1 : 2;

  __device__ static constexpr int offset_a(int position, int slot) {
    return slot * kPlaneA + position * kSlotBytes;
  }

  struct Pipeline {
    unsigned char a[kStages][kSlots * kPlaneA];
    unsigned char b[kStages][kSlots * kPlaneB];
  };
  /// Two rows of a patch x 32 channels a warp; 8 floats between positions that no bank meets twice.
  static constexpr int kStagedChannels = 32, kStagingStride = kStagedChannels + 8;
  struct Staging {
    float warp[kThreads / kWarp][2 * kPatchSide * kStagingStride];
  };
  union Shared {
    Pipeline pipeline;
    Staging staging;
  };
};

/// The instruction for T.
template <int N>
__device__ __forceinline__ void wgmma(__half, float (&d)[N], std::uint64_t a, std::uint64_t b) {
  wgmma_f16(d, a, b);
}
template <int N>
__device__ __forceinline__ void wgmma(__nv_bfloat16, float (&d)[N], std::uint64_t a,
                                      std::uint64_t b) {
  wgmma_bf16(d, a, b);
}

/// A thread's part of its warpgroup's sums.
template <typename T, typename Tile>
class WgmmaSums {
 public:
  __device__ explicit WgmmaSums(int warpgroup) : first_patch_(warpgroup * Tile::kPatches) {}

  /// Rows and columns of the tile where a patch begins.
  __device__ __forceinline__ int patch_y(int patch) const {
    return (first_patch_ + patch) / 2 * kPatchSide;
  }
  __device__ __forceinline__ int patch_x(int patch) const {
    return (first_patch_ + patch) % 2 * kPatchSide;
  }

  /// Issues sums += A B; `window` is the halo position of the tile's first position under this tap.
  __device__ __forceinline__ void issue(const unsigned char* a, int window,
                                        const unsigned char* b) {
    wgmma_fence();
#pragma unroll
    for (int patch = 0; patch < Tile::kPatches; ++patch) {
      const int position = window + patch_y(patch) * kHaloColumns + patch_x(patch);
#pragma unroll
      for (int slot = 0; slot < kSlots; slot += 2) {
        wgmma(T{}, sums_[patch],
              matrix_descriptor(a + Tile::offset_a(position, slot), Tile::kPlaneA,
                                kHaloColumns * kSlotBytes),
              matrix_descriptor(b + slot * Tile::kPlaneB, Tile::kPlaneB, 8 * kSlotBytes));
      }
    }
    wgmma_commit();
  }
  /// All products are done: sums may be read.
  __device__ __forceinline__ void finish() {
    wgmma_wait<0>();
#pragma unroll
    for (int patch = 0; patch < Tile::kPatches; ++patch) fence_sums(sums_[patch]);
  }
  __device__ __forceinline__ void scale(float x) {
#pragma unroll
    for (int patch = 0; patch < Tile::kPatches; ++patch) {
#pragma unroll
      for (int i = 0; i < Tile::kSums; ++i) sums_[patch][i] *= x;
      fence_sums(sums_[patch]);
    }
  }

  /// The warp's two rows of a patch, 32 channels from `channel` on.
  __device__ __forceinline__ void store(int patch, int channel, float* staging) const {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    float* to = staging + lane / 4 * Tile::kStagingStride + lane % 4 * 2;
#pragma unroll
    for (int n = 0; n < Tile::kStagedChannels; n += 8) {
      const int i = (channel + n) / 2;
      store8(to + n,
             make_uint2(__float_as_uint(sums_[patch][i]), __float_as_uint(sums_[patch][i + 1])));
      store8(
          to + kPatchSide * Tile::kStagingStride + n,
          make_uint2(__float_as_uint(sums_[patch][i + 2]), __float_as_uint(sums_[patch][i + 3])));
    }
  }

 private:
  int first_patch_;
  float sums_[Tile::kPatches][Tile::kSums] = {};
};

/// Copies operands to the stages of shared memory, a step at a time, in order.
template <typename T, typename Tile>
class WgmmaCopies {
 public:
  __device__ WgmmaCopies(const ConvShape& shape, int y, int x, int channel, const T* in,
                         const unsigned char* filters, const StyleSteps<T>& style)
      : halo_(shape.extent, y, x),
        shape_(shape),
        style_(style),
        in_(in),
        filters_(filters),
        group_(channel / kTileChannels),
        style_chunks_(style.f != nullptr ? shape.out_channels / kChunk<T> : 0),
        conv_chunks_(shape.in_channels / kChunk<T>) {}

  __device__ __forceinline__ int style_steps() const { return style_chunks_; }
  __device__ __forceinline__ int steps() const { return style_chunks_ + conv_chunks_ * kConvTaps; }

  /// What step `step` multiplies; nothing beyond the last one. A chunk of nine steps comes one
  /// step after the first of the chunk before: eight steps ahead.
  __device__ __forceinline__ void copy(int step, typename Tile::Pipeline& to) const {
    if (step < style_chunks_) {
      halo_.copy(style_.f, shape_.out_channels, step, to.a[step % Tile::kStages]);
      copy_b(style_.p, style_chunks_, step, to.b[step % Tile::kStages]);
      return;
    }
    const int conv_step = step - style_chunks_;
    const int chunk = conv_step / kConvTaps, tap = conv_step - chunk * kConvTaps;
    if (conv_step == 0) copy_chunk(0, to);
    if (tap == 1) copy_chunk(chunk + 1, to);
    if (chunk < conv_chunks_) {
      copy_b(filters_, conv_chunks_ * kConvTaps, conv_step, to.b[step % Tile::kStages]);
    }
  }

 private:
  __device__ __forceinline__ void copy_chunk(int chunk, typename Tile::Pipeline& to) const {
    if (chunk >= conv_chunks_) return;
    halo_.copy(in_, shape_.in_channels, chunk, to.a[(style_chunks_ + chunk) % Tile::kStages]);
  }
  /// From packed blocks of 64 channels, of which each group has `blocks`, to planes of all.
  __device__ __forceinline__ void copy_b(const unsigned char* packed, int blocks, int block,
                                         unsigned char* to) const {
#pragma unroll
    for (int i = 0; i < Tile::kSlotsB; ++i) {
      const int index = static_cast<int>(threadIdx.x) + i * Tile::kThreads;
      const int group = index / (kTileChannels * kSlots), within = index % (kTileChannels * kSlots);
      const int slot = within / kTileChannels, n = within % kTileChannels;
      const std::size_t from =
          static_cast<std::size_t>((group_ + group) * blocks + block) * kFilterBytes +
          static_cast<std::size_t>(within * kSlotBytes);
      cp_async<kSlotBytes>(to + slot * Tile::kPlaneB + (group * kTileChannels + n) * kSlotBytes,
                           packed + from, kSlotBytes);
    }
  }

  HaloCopy<T, Tile> halo_;
  const ConvShape& shape_;
  const StyleSteps<T>& style_;
  const T* in_;
  const unsigned char* filters_;
  int group_, style_chunks_, conv_chunks_;
};

template <typename Tile, typename T>
__global__ void __launch_bounds__(Tile::kThreads, Tile::kBlocks)
    conv3x3_wgmma_kernel(ConvShape shape, const T* in, const unsigned char* filters,
                         StyleSteps<T> style, ConvEpilogue<T> epilogue, SideOutput<T> side,
                         T* out) {
  auto& shared = dynamic_shared<typename Tile::Shared>();
  const int tile_y = static_cast<int>(blockIdx.z) * Tile::kRows;
  const int tile_x = static_cast<int>(blockIdx.y) * kTileColumns;
  const int tile_channel = static_cast<int>(blockIdx.x) * Tile::kChannels;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const WgmmaCopies<T, Tile> copies(shape, tile_y, tile_x, tile_channel, in, filters, style);
  WgmmaSums<T, Tile> sums(warp / (kWarpgroup / kWarp));
  const int style_steps = copies.style_steps(), steps = copies.steps();

#pragma unroll
  for (int step = 0; step < Tile::kAhead; ++step) {
    copies.copy(step, shared.pipeline);
    cp_async_commit();
  }
  int chunk = 0, tap = 0;
  const auto multiply = [&](int step) {
    cp_async_wait<Tile::kAhead - 1>();
    fence_proxy_async();
    __syncthreads();  // everybody's copies have arrived; everybody is done with step - 2
    const bool style_step = step < style_steps;
    const int window = style_step ? kHaloColumns + 1 : tap / 3 * kHaloColumns + tap % 3;
    sums.issue(shared.pipeline.a[chunk % Tile::kStages], window,
               shared.pipeline.b[step % Tile::kStages]);
    copies.copy(step + Tile::kAhead, shared.pipeline);
    cp_async_commit();
    if (style_step || ++tap == kConvTaps) {
      tap = 0;
      ++chunk;
    }
  };
  // The first step stands before its loop: sums that a loop is entered with are under way, or the
  // compiler waits for every product.
  const auto multiply_all = [&](int begin, int end) {
    if (begin == end) return;
    multiply(begin);
    for (int step = begin + 1; step < end; ++step) {
      multiply(step);
      wgmma_wait<1>();
    }
    sums.finish();
  };
  multiply_all(0, style_steps);
  if (style_steps > 0) sums.scale(style.style_scale * *style.p_scale);
  multiply_all(style_steps, steps);

  // No copy is under way: the groups after the last step are empty.
  __syncthreads();  // the pipeline's memory becomes the staging's
  float* staging = shared.staging.warp[warp];
  const ConvOutput<T, kPatchSide, Tile::kStagingStride> output(shape, epilogue, side, out);
  float unused[4] = {};
#pragma unroll
  for (int patch = 0; patch < Tile::kPatches; ++patch) {
#pragma unroll
    for (int channel = 0; channel < Tile::kChannels; channel += Tile::kStagedChannels) {
      sums.store(patch, channel, staging);
      __syncwarp();
      output.store(staging, tile_y + sums.patch_y(patch) + warp % 4 * 2,
                   tile_x + sums.patch_x(patch), tile_channel + channel, unused);
      __syncwarp();  // they have been read
    }
  }
}

/// The largest tile that leaves few multiprocessors idle, or the smallest one.
template <typename T>
void launch_wgmma(GpuDevice& device, const char* name, const ConvShape& shape, const T* in,
                  const unsigned char* filters, const StyleSteps<T>& style,
                  const ConvEpilogue<T>& epilogue, const SideOutput<T>& side, T* out) {
  const auto blocks = [&]<typename Tile>(Tile) {
    return dim3(static_cast<unsigned>(shape.out_channels / Tile::kChannels),
                ceil_div(static_cast<std::size_t>(shape.extent.width), kTileColumns),
                ceil_div(static_cast<std::size_t>(shape.extent.height), Tile::kRows));
  };
  const auto fills = [&]<typename Tile>(Tile tile) {
    const dim3 grid = blocks(tile);
    return shape.out_channels % Tile::kChannels == 0 &&
           10 * static_cast<std::size_t>(grid.x) * grid.y * grid.z >=
               9 * static_cast<std::size_t>(device.limits().multiprocessors);
  };
  const auto run = [&]<typename Tile>(Tile tile) {
    launch(device, name, conv3x3_wgmma_kernel<Tile, T>,
           {blocks(tile), Tile::kThreads, sizeof(typename Tile::Shared)}, shape, in, filters, style,
           epilogue, side, out);
  };
  if (fills(WgmmaTile<16, 128>{})) {
    run(WgmmaTile<16, 128>{});
  } else if (fills(WgmmaTile<8, 128>{})) {
    run(WgmmaTile<8, 128>{});
  } else if (fills(WgmmaTile<16, 64>{})) {
    run(WgmmaTile<16, 64>{});
  } else {
    run(WgmmaTile<8, 64>{});
  }
}

}  // namespace vggstyle::cuda

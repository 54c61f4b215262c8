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
// A step multiplies the three taps of a row of the filter by one chunk: three steps a chunk. In P F
// it multiplies one chunk of F. Products are asynchronous. In step s the warpgroups issue products
// s, copy B for step s + 3, and wait for products s - 1; the barrier of step s is behind everybody's
// products s - 2, whose memory those copies overwrite. So the tensor cores always have the next
// products in hand. A comes a chunk ahead. P F has shorter steps and more stages: four to seven.
//
//   copy B      s+3 | s+4 | s+5        five stages of B, three of A
//   multiply     s  | s+1 | s+2
//   read in     s-1 | s   | s+1
//
// The tile of 16 rows x 64 channels copies two steps ahead, so that a multiprocessor holds two blocks.
//
// Shared memory, 16 rows x 128 channels: A 3 x 20.6 KB, B 5 x 24 KB = 182 KB. Registers: 128 sums a
// thread. A product m64n128k16 takes 64 cycles and reads 6 KB, 48 cycles of shared memory.

#pragma once

#include "kernels/cuda/conv3x3/conv3x3_fast.h"
#include "kernels/cuda/conv3x3/conv3x3_parts.cuh"
#include "kernels/cuda/device/wgmma.h"

namespace vggstyle::cuda {

constexpr int kPatchSide = 8;  // of the 64 positions of a product
constexpr int kRowTaps = 3;    // of a step

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
  /// Steps between a copy of B and its product. A copy of A is begun three steps ahead.
  static constexpr int kAhead = kRows == 16 && kChannels == 64 ? 2 : 3;
  static_assert(kAhead <= kRowTaps);
  static constexpr int kStagesA = 3, kStagesB = kAhead + 2;
  /// A plane of A, and of B.
  static constexpr int kPlaneA = (kHaloPositions * kSlotBytes + 95) / 128 * 128 + 32;
  static constexpr int kPlaneB = kChannels * kSlotBytes;
  static constexpr int kTapB = kSlots * kPlaneB;
  static_assert(kPlaneA >= kHaloPositions * kSlotBytes);
  /// Slots of A that a thread copies.
  static constexpr int kSlotsA = (kHaloPositions * kSlots + kThreads - 1) / kThreads;
  static constexpr int kGroups = kChannels / kTileChannels;  // of packed filters
  static_assert(kTileChannels * kSlots == kThreads);         // each copies a slot of a block
  /// As many as shared memory and registers hold.
  static constexpr int kBlocks = kPatches * kSums > 64 ? 1 : 2;

  __device__ static constexpr int offset_a(int position, int slot) {
    return slot * kPlaneA + position * kSlotBytes;
  }

  struct Pipeline {
    unsigned char a[kStagesA][kSlots * kPlaneA];
    unsigned char b[kStagesB][kRowTaps * kTapB];
  };
  /// A and B of a step of P F, in the same memory.
  struct StyleStage {
    unsigned char a[kSlots * kPlaneA];
    unsigned char b[kTapB];
  };
  static constexpr int kStyleStages = static_cast<int>(sizeof(Pipeline) / sizeof(StyleStage));
  static constexpr int kStyleAhead = kStyleStages - 2;
  static_assert(kStyleAhead >= 2);
  /// Two rows of a patch x 32 channels a warp; 8 floats between positions that no bank meets twice.
  static constexpr int kStagedChannels = 32, kStagingStride = kStagedChannels + 8;
  struct Staging {
    float warp[kThreads / kWarp][2 * kPatchSide * kStagingStride];
  };
  union Shared {
    Pipeline pipeline;
    StyleStage style[kStyleStages];
    Staging staging;
  };
};

/// A value that is the same in all lanes, in a way that the compiler sees.
__device__ __forceinline__ int uniform(int x) {
  return __shfl_sync(0xFFFFFFFFU, x, 0);
}

/// The instruction for T.
template <int N>
__device__ __forceinline__ void wgmma(__half, float (&d)[N], std::uint64_t a, std::uint64_t b) {
  wgmma_f16(d, a, b);
}
template <int N>
__device__ __forceinline__ void wgmma(Tf32, float (&d)[N], std::uint64_t a, std::uint64_t b) {
  wgmma_tf32(d, a, b);
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
  __device__ explicit WgmmaSums(int warpgroup)
      : first_patch_(warpgroup * Tile::kPatches),
        first_position_(patch_y(0) * kHaloColumns + patch_x(0)) {}

  /// Rows and columns of the tile where a patch begins.
  __device__ __forceinline__ int patch_y(int patch) const {
    return (first_patch_ + patch) / 2 * kPatchSide;
  }
  __device__ __forceinline__ int patch_x(int patch) const {
    return (first_patch_ + patch) % 2 * kPatchSide;
  }

  /// Issues sums += A B for kTaps neighbouring taps; `window` is the halo position of the tile's
  /// first position under the first of them.
  template <int kTaps>
  __device__ __forceinline__ void issue(const unsigned char* a, int window,
                                        const unsigned char* b) {
    const std::uint64_t first_a = matrix_descriptor(a + Tile::offset_a(window + first_position_, 0),
                                                    Tile::kPlaneA, kHaloColumns * kSlotBytes);
    const std::uint64_t first_b = matrix_descriptor(b, Tile::kPlaneB, 8 * kSlotBytes);
    wgmma_fence();
#pragma unroll
    for (int tap = 0; tap < kTaps; ++tap) {
#pragma unroll
      for (int slot = 0; slot < kSlots; slot += 2) {
#pragma unroll
        for (int patch = 0; patch < Tile::kPatches; ++patch) {
          // Patches of a warpgroup are neighbours in x.
          wgmma(T{}, sums_[patch],
                descriptor_at(first_a, Tile::offset_a(tap + patch * kPatchSide, slot)),
                descriptor_at(first_b, tap * Tile::kTapB + slot * Tile::kPlaneB));
        }
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
  int first_patch_, first_position_;
  float sums_[Tile::kPatches][Tile::kSums] = {};
};

/// Copies B to its stages, a step after the other.
template <typename Tile>
class FilterCopies {
 public:
  /// `packed`: each group of 64 channels has `group_bytes` of blocks, in the order of the steps.
  __device__ FilterCopies(const unsigned char* packed, int group, std::size_t group_bytes)
      : group_bytes_(group_bytes),
        from_(packed + static_cast<std::size_t>(group) * group_bytes +
              threadIdx.x * static_cast<std::size_t>(kSlotBytes)) {
    const int thread = static_cast<int>(threadIdx.x);
    to_ = thread / kTileChannels * Tile::kPlaneB + thread % kTileChannels * kSlotBytes;
  }

  /// The next kTaps blocks.
  template <int kTaps>
  __device__ __forceinline__ void copy(unsigned char* stage) {
#pragma unroll
    for (int group = 0; group < Tile::kGroups; ++group) {
#pragma unroll
      for (int tap = 0; tap < kTaps; ++tap) {
        cp_async<kSlotBytes>(
            stage + to_ + tap * Tile::kTapB + group * kTileChannels * kSlotBytes,
            from_ + static_cast<std::size_t>(group) * group_bytes_ + tap * kFilterBytes,
            kSlotBytes);
      }
    }
    from_ += kTaps * kFilterBytes;
  }

 private:
  std::size_t group_bytes_;
  const unsigned char* from_;
  int to_;
};

/// The first step stands before its loop: sums that a loop is entered with are under way, or the
/// compiler waits for every product.
template <typename Sums, typename Multiply>
__device__ __forceinline__ void multiply_all(int steps, Sums& sums, Multiply& multiply) {
  multiply(0);
  for (int step = 1; step < steps; ++step) {
    multiply(step);
    wgmma_wait<1>();
  }
  sums.finish();
}

/// Everybody's copies of a step have arrived; everybody is done with step - 2.
template <int kAhead>
__device__ __forceinline__ void wait_for_copies() {
  cp_async_wait<kAhead - 1>();
  fence_proxy_async();
  __syncthreads();
}

/// sums = scale P F, a chunk a step.
template <typename Tile, typename T>
__device__ __forceinline__ void multiply_style(const ConvShape& shape, const StyleSteps<T>& style,
                                               int steps, const HaloCopy<T, Tile>& halo, int group,
                                               typename Tile::Shared& shared,
                                               WgmmaSums<T, Tile>& sums) {
  FilterCopies<Tile> filter_copies(style.p, group, static_cast<std::size_t>(steps) * kFilterBytes);
  // One group a step, empty at the end, so that waiting counts steps.
  const auto copy = [&](int step) {
    if (step < steps) {
      auto& stage = shared.style[step % Tile::kStyleStages];
      halo.copy(style.f, shape.out_channels, step, stage.a);
      filter_copies.template copy<1>(stage.b);
    }
    cp_async_commit();
  };
  const auto multiply = [&](int step) {
    wait_for_copies<Tile::kStyleAhead>();
    const auto& stage = shared.style[step % Tile::kStyleStages];
    sums.template issue<1>(stage.a, kHaloColumns + 1, stage.b);
    copy(step + Tile::kStyleAhead);
  };
  for (int step = 0; step < Tile::kStyleAhead; ++step) copy(step);
  multiply_all(steps, sums, multiply);
  sums.scale(style.style_scale * *style.p_scale);
  __syncthreads();  // the stages are free
}

/// sums += the convolution, a row of taps of a chunk a step.
template <typename Tile, typename T>
__device__ __forceinline__ void multiply_taps(const ConvShape& shape, const T* in,
                                              const unsigned char* filters, int chunks,
                                              const HaloCopy<T, Tile>& halo, int group,
                                              typename Tile::Pipeline& pipeline,
                                              WgmmaSums<T, Tile>& sums) {
  const int steps = kRowTaps * chunks;
  FilterCopies<Tile> filter_copies(filters, group,
                                   static_cast<std::size_t>(chunks) * kConvTaps * kFilterBytes);
  const auto copy_b = [&](int step) {
    if (step < steps) filter_copies.template copy<kRowTaps>(pipeline.b[step % Tile::kStagesB]);
  };
  const auto copy_a = [&](int chunk) {
    if (chunk < chunks) {
      halo.copy(in, shape.in_channels, chunk, pipeline.a[chunk % Tile::kStagesA]);
    }
  };
  int chunk = 0, row = 0;
  const auto multiply = [&](int step) {
    wait_for_copies<Tile::kAhead>();
    sums.template issue<kRowTaps>(pipeline.a[chunk % Tile::kStagesA], row * kHaloColumns,
                                  pipeline.b[step % Tile::kStagesB]);
    if (row == 0) copy_a(chunk + 1);
    copy_b(step + Tile::kAhead);
    cp_async_commit();
    if (++row == kRowTaps) {
      row = 0;
      ++chunk;
    }
  };
  copy_a(0);
  for (int step = 0; step < Tile::kAhead; ++step) {
    copy_b(step);
    cp_async_commit();
  }
  multiply_all(steps, sums, multiply);
}

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
  const HaloCopy<T, Tile> halo(shape, tile_y, tile_x);
  WgmmaSums<T, Tile> sums(uniform(warp / (kWarpgroup / kWarp)));
  const int group = tile_channel / kTileChannels;

  const int style_steps = style.f != nullptr ? shape.out_channels / kChunk<T> : 0;
  if (style_steps > 0) multiply_style(shape, style, style_steps, halo, group, shared, sums);
  const int chunks = shape.in_channels / kChunk<T>;
  if (chunks > 0) {
    multiply_taps(shape, in, filters, chunks, halo, group, shared.pipeline, sums);
  }

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

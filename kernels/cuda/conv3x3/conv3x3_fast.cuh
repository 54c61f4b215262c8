// 3x3 convolution, stride 1, padding 1, as an implicit matrix product over NHWC: fprop and
// dgrad in every precision, and P F alone (no input channels). conv3x3_plain.cu says what is
// computed; conv3x3_tile.h how tiles lie in memory; conv3x3_products.h what a warp does with them.
//
// The steps of a block, in order of time:
//
//   copy A    | chunk 0 |          chunk 1            |           chunk 2          ...
//   copy B    0  1  2  3  4  5  6  7  8 | 0  1  2  ...           (three steps ahead)
//   multiply           0  1  2  3  4  5  6  7  8 | 0  1  2 ...   (nine taps a chunk)
//
// In dgrad the P F of a style layer comes first: the same steps with one tap, F for A and P for B.
// Then the sums are scaled once, so that P may be stored with a power of two of its own.
//
// Shared memory, 16 rows: A 2 x 18 x 18 x 64 = 41.5 KB, B 4 x 4 = 16 KB; the epilogue reuses it.
// Registers: 64 sums and 20 fragments a thread. Intensity of the 256 x 64 tile, 16 bit: 9.4 MFLOP
// for 57 KB from L2, 165 FLOP a byte; tensor cores bound it.

#pragma once

#include "kernels/cuda/conv3x3/conv3x3_fast.h"
#include "kernels/cuda/conv3x3/conv3x3_parts.cuh"
#include "kernels/cuda/conv3x3/conv3x3_products.h"

namespace vggstyle::cuda {

/// A tile of kRows x 16 positions, kWarpRows of which a warp owns.
template <int kRows_, int kWarpRows_>
struct ConvTile {
  static constexpr int kRows = kRows_;
  static constexpr int kWarpRows = kWarpRows_;
  static constexpr int kHaloRows = kRows + 2;
  static constexpr int kHaloPositions = kHaloRows * kHaloColumns;
  static constexpr int kWarps = kRows / kWarpRows * (kTileChannels / kWarpChannels);
  static constexpr int kThreads = kWarps * kWarp;
  static constexpr int kStages = 4;  // of B

  /// Where a warp's part begins.
  __device__ static constexpr int warp_row(int warp) { return warp / 2 * kWarpRows; }
  /// Byte offset of a slot of a position of the halo in A.
  __device__ static constexpr int offset_a(int position, int slot) {
    return swizzled(position, slot);
  }
  /// Slots of A, and of B, that a thread copies.
  static constexpr int kSlotsA = (kHaloPositions * kSlots + kThreads - 1) / kThreads;
  static constexpr int kSlotsB = kFilterBytes / kSlotBytes / kThreads;
  static_assert(kSlotsB * kThreads * kSlotBytes == kFilterBytes);

  struct Pipeline {
    unsigned char a[2][kHaloPositions * kChunkBytes];
    unsigned char b[kStages][kFilterBytes];
  };
  struct Staging {
    float warp[kWarps][2 * kTileColumns * kMostStagingStride];
  };
  union Shared {
    Pipeline pipeline;
    Staging staging;
  };
};

/// The loop over K, found on the host: first the chunks of F, of one step each, then those of `in`,
/// of nine.
struct ConvPlan {
  int style_chunks;
  int chunks, steps;  ///< in all
};

__device__ constexpr int warp_channel(int warp) {
  return warp % 2 * kWarpChannels;
}

/// Where a block's work lies.
struct TilePlace {
  int y, x, group, channel;

  __device__ explicit TilePlace(int rows)
      : y(static_cast<int>(blockIdx.z) * rows),
        x(static_cast<int>(blockIdx.y) * kTileColumns),
        group(static_cast<int>(blockIdx.x)),
        channel(group * kTileChannels) {}
};

template <typename Tile>
__device__ __forceinline__ void copy_filters(const unsigned char* from, unsigned char* to) {
#pragma unroll
  for (int i = 0; i < Tile::kSlotsB; ++i) {
    const int byte = (static_cast<int>(threadIdx.x) + i * Tile::kThreads) * kSlotBytes;
    cp_async<kSlotBytes>(to + byte, from + byte, kSlotBytes);
  }
}

/// Writes the tile's channel sums: of the lanes that share four channels, then of the warps that
/// share them, in order.
template <typename Tile>
__device__ __forceinline__ void store_tile_sums(float (&sums)[4], typename Tile::Staging& staging,
                                                float* to) {
  const int thread = static_cast<int>(threadIdx.x), lane = thread % kWarp;
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    for (int offset = 8; offset < kWarp; offset *= 2) {
      sums[k] += __shfl_xor_sync(0xFFFFFFFFU, sums[k], offset);
    }
  }
  __syncwarp();  // the staged rows have been read: shuffles order no memory
  if (lane < 8) {
    store16f(staging.warp[thread / kWarp] + 4 * lane,
             make_float4(sums[0], sums[1], sums[2], sums[3]));
  }
  __syncthreads();
  if (thread >= kTileChannels) return;
  float sum = 0;
  for (int warp = thread / kWarpChannels; warp < Tile::kWarps;
       warp += kTileChannels / kWarpChannels) {
    sum += staging.warp[warp][thread % kWarpChannels];
  }
  to[thread] = sum;
}

/// Copies the operands of the steps to their stages.
template <typename Tile, typename T>
class OperandCopies {
 public:
  __device__ OperandCopies(const ConvShape& shape, const ConvPlan& plan, const TilePlace& place,
                           const T* in, const unsigned char* filters, const StyleSteps<T>& style)
      : shape_(shape),
        plan_(plan),
        group_(place.group),
        in_(in),
        filters_(filters),
        style_(style),
        halo_(shape, place.y, place.x) {}

  __device__ __forceinline__ void copy_a(int chunk, typename Tile::Pipeline& pipeline) const {
    unsigned char* to = pipeline.a[chunk % 2];
    if (chunk < plan_.style_chunks) {
      halo_.copy(style_.f, shape_.out_channels, chunk, to);
    } else if (chunk < plan_.chunks) {
      halo_.copy(in_, shape_.in_channels, chunk - plan_.style_chunks, to);
    }
  }
  __device__ __forceinline__ void copy_b(int step, typename Tile::Pipeline& pipeline) const {
    const int style_chunks = plan_.style_chunks, steps = plan_.steps;
    if (step >= steps) return;
    // Found anew each time: two pointers would hold four registers throughout.
    const bool style_step = step < style_chunks;
    const int block = style_step ? group_ * style_chunks + step
                                 : group_ * (steps - style_chunks) + step - style_chunks;
    copy_filters<Tile>(
        (style_step ? style_.p : filters_) + static_cast<std::size_t>(block) * kFilterBytes,
        pipeline.b[step % Tile::kStages]);
  }

 private:
  const ConvShape& shape_;
  const ConvPlan& plan_;
  int group_;
  const T* in_;
  const unsigned char* filters_;
  const StyleSteps<T>& style_;
  HaloCopy<T, Tile> halo_;
};

/// Stores the block's tile by way of shared memory.
template <typename Tile, typename Product, typename T>
__device__ __forceinline__ void store_tile(const Product& product, typename Tile::Staging& staging,
                                           const ConvShape& shape, const TilePlace& place,
                                           const ConvEpilogue<T>& epilogue,
                                           const SideOutput<T>& side, T* out) {
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  float* staged = staging.warp[warp];
  const ConvOutput<T, kTileColumns, Product::kStagingStride> output(shape, epilogue, side, out);
  float sums[4] = {};
#pragma unroll
  for (int row = 0; row < Tile::kWarpRows; row += 2) {
    if (row > 0) __syncwarp();  // the rows before have been read
    product.store(row, staged);
    __syncwarp();
    output.store(staged, place.y + Tile::warp_row(warp) + row, place.x,
                 place.channel + warp_channel(warp), sums);
  }
  if (kHasSums<T> && side.channel_sums != nullptr) {
    const auto tile = static_cast<std::size_t>(blockIdx.z * gridDim.y + blockIdx.y);
    store_tile_sums<Tile>(sums, staging,
                          side.channel_sums + tile * static_cast<std::size_t>(shape.out_channels) +
                              static_cast<std::size_t>(place.channel));
  }
}

template <typename Tile, typename Product, typename T = typename Product::Element>
__global__ void __launch_bounds__(Tile::kThreads,
                                  Product::kThreadsPerMultiprocessor / Tile::kThreads)
    conv3x3_fast_kernel(ConvShape shape, ConvPlan plan, const T* in, const unsigned char* filters,
                        StyleSteps<T> style, ConvEpilogue<T> epilogue, SideOutput<T> side, T* out) {
  auto& shared = dynamic_shared<typename Tile::Shared>();
  const TilePlace place(Tile::kRows);
  const OperandCopies<Tile, T> copies(shape, plan, place, in, filters, style);
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  Product product(Tile::warp_row(warp), warp_channel(warp));
  const int style_chunks = plan.style_chunks, steps = plan.steps;
  auto& pipeline = shared.pipeline;

  // One group a step, empty at the end, so that waiting counts steps.
  copies.copy_a(0, pipeline);
  for (int step = 0; step < Tile::kStages - 1; ++step) {
    copies.copy_b(step, pipeline);
    cp_async_commit();
  }
  int chunk = 0, tap = 0;
  for (int step = 0; step < steps; ++step) {
    const bool style_step = step < style_chunks;
    // A of a chunk is copied from the first step of the chunk before: for a chunk of nine steps
    // long done, for one of a single step the latest group.
    if (style_step || step == style_chunks) {
      cp_async_wait<0>();
    } else {
      cp_async_wait<Tile::kStages - 2>();
    }
    __syncthreads();  // everybody's copies have arrived; everybody is done with the step before
    if (tap == 0) copies.copy_a(chunk + 1, pipeline);
    copies.copy_b(step + Tile::kStages - 1, pipeline);
    cp_async_commit();
    if (step == style_chunks && style_chunks > 0) {
      product.scale(style.style_scale * *style.p_scale);
    }
    const int window = style_step ? kHaloColumns + 1 : tap / 3 * kHaloColumns + tap % 3;
    product.step(pipeline.a[chunk % 2], window, pipeline.b[step % Tile::kStages]);
    if (style_step || ++tap == kConvTaps) {
      tap = 0;
      ++chunk;
    }
  }

  if (steps == style_chunks) product.scale(style.style_scale * *style.p_scale);  // no conv steps

  // No copy is under way: the groups after the last step are empty.
  __syncthreads();  // the pipeline's memory becomes the staging's
  store_tile<Tile>(product, shared.staging, shape, place, epilogue, side, out);
}

/// By wgmma where the GPU has it. Else large tiles read less, small ones make enough blocks for every
/// multiprocessor (ConvGrid).
template <template <int> typename ProductOf, typename T>
void launch_conv3x3(GpuDevice& device, const char* name, const ConvShape& shape, const T* in,
                    const unsigned char* filters, const StyleSteps<T>& style,
                    const ConvEpilogue<T>& epilogue, const SideOutput<T>& side, T* out) {
  if constexpr (kByWgmma<T>) {
    if (has_wgmma<T>(device.limits())) {
      return conv3x3_wgmma(device, shape, in, filters, style, epilogue, side, out);
    }
  }
  const ConvGrid grid(device.limits().multiprocessors, shape);
  const int style_chunks = style.f != nullptr ? shape.out_channels / kChunk<T> : 0;
  const int in_chunks = shape.in_channels / kChunk<T>;
  const ConvPlan plan{style_chunks, style_chunks + in_chunks, style_chunks + in_chunks * kConvTaps};
  const auto run = [&]<typename Tile>(Tile) {
    launch(device, name, conv3x3_fast_kernel<Tile, ProductOf<Tile::kWarpRows>, T>,
           {dim3(grid.groups, grid.columns, grid.bands), Tile::kThreads,
            sizeof(typename Tile::Shared)},
           shape, plan, in, filters, style, epilogue, side, out);
  };
  if (grid.rows == kMostTileRows) {
    run(ConvTile<kMostTileRows, 4>{});
  } else {
    run(ConvTile<kLeastTileRows, 2>{});
  }
}

}  // namespace vggstyle::cuda

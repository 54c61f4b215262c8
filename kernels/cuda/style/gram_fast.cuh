// Gram sums of an NHWC layer whose channels are a multiple of 64; gram.h says what is computed.
//
// The product is symmetric: only 64 x 64 tiles on and below the diagonal exist. A block takes one
// tile of one piece of 512 positions, so that pieces are split-K: their float32 sums are stored
// apart and added up in order by style_layer.cu. The two panels, `positions x 64 channels`, stream
// through shared memory in four stages of cp.async; on the diagonal they are one panel, of which
// the channel sums come along: the left warps add up the fragments of A that they hold anyway (16
// bit: by a product with ones, which is exact).
//
//             j ->                        i panel        j panel
//          +---+                        +--------+     +--------+
//        i | 0 |                        | 64 ch  |     | 64 ch  |   a stage: 4 KB of positions
//        | +---+---+           k (pos.) |        |     |        |   of each panel
//        v | 1 | 2 |                    +--------+     +--------+
//          +---+---+---+                   A^T             B
//          | 3 | 4 | 5 |
//
// Four warps own 32 x 32 each. Both operands have k (positions) as rows: 16-bit fragments come
// from ldmatrix.trans with slots swizzled by s ^ (k % 8); 32-bit ones are single floats of rows
// padded to 72, so that the 4 x 8 lanes of a fragment meet 32 banks. The shift is taken off in
// registers, where it costs an addition an element (16 bits: no shift, see style_layer.cu).
//
// Shared memory: 4 stages x 2 panels x 4 to 4.5 KB = 36 KB. Registers: 32 sums. Intensity: 64 x 64
// x 2 FLOP for 2 x 64 elements, 32 to 64 FLOP a byte from L2.

#pragma once

#include "kernels/cuda/device/block_sum.h"
#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/mma.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/style/gram.h"

namespace vggstyle::cuda {

constexpr int kGramTile = 64;      // channels
constexpr int kGramWarpTile = 32;  // of each panel
constexpr int kGramThreads = 128;
constexpr int kGramStages = 4;

/// 2 x 4 results of m16n8: a warp's 32 x 32.
using GramFragments = float[2][4][4];

__device__ __forceinline__ void store_fragments(const GramFragments& sums, float* to, int stride) {
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  // Of a 16 x 8 result lane l has (l / 4, 2 (l % 4) and + 1) and the same 8 rows below.
  to += lane / 4 * stride + lane % 4 * 2;
#pragma unroll
  for (int m = 0; m < 2; ++m) {
#pragma unroll
    for (int n = 0; n < 4; ++n) {
      const float(&d)[4] = sums[m][n];
      float* at = to + 16 * m * stride + 8 * n;
      store8(at, make_uint2(__float_as_uint(d[0]), __float_as_uint(d[1])));
      store8(at + 8 * stride, make_uint2(__float_as_uint(d[2]), __float_as_uint(d[3])));
    }
  }
}

/// What a warp does with a stage of two panels; the three have the same members:
///
///   kBlocks                the blocks that a multiprocessor is to hold
///   kPositions, offset(position, slot)   the panel's layout
///   step(a, b, valid)      sums += A^T B; positions from `valid` on count as D = 0
///   store(tile, stride)    the warp's 32 x 32 sums
///   store_channel_sums(to) the sums of the warp's channels of A; only if `with_channel_sums`
///
/// 16-bit numbers, without a shift. `Mma` as in conv3x3_products.h.
template <typename Mma>
class HalfGram {
 public:
  using Element = typename Mma::Element;
  static constexpr int kBlocks = 4;
  static constexpr int kPositions = 32;  // of a stage
  static constexpr int kRowBytes = kGramTile * 2;

  __host__ __device__ static constexpr int offset(int position, int slot) {
    return position * kRowBytes + (slot ^ position % 8) * kSlotBytes;
  }

  /// `i`, `j`: the warp's first channel in each panel.
  __device__ HalfGram(const float*, const float*, int i, int j, bool with_channel_sums)
      : i_(i), j_(j), with_channel_sums_(with_channel_sums) {}

  __device__ __forceinline__ void step(const unsigned char* a, const unsigned char* b, int) {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
#pragma unroll
    for (int k = 0; k < kPositions; k += 16) {
      std::uint32_t a_bits[2][4], b_bits[2][4];
#pragma unroll
      for (int m = 0; m < 2; ++m) {
        // Channels 0-7 and 8-15 of positions 0-7, then of positions 8-15.
        const int position = k + lane % 8 + lane / 16 * 8;
        ldmatrix_x4_trans(a_bits[m], a + offset(position, i_ / 8 + 2 * m + lane / 8 % 2));
      }
#pragma unroll
      for (int n = 0; n < 2; ++n) {
        // Positions 0-7 and 8-15 of channels 0-7, then of channels 8-15.
        const int position = k + lane % 16;
        ldmatrix_x4_trans(b_bits[n], b + offset(position, j_ / 8 + 2 * n + lane / 16));
      }
#pragma unroll
      for (int m = 0; m < 2; ++m) {
#pragma unroll
        for (int n = 0; n < 4; ++n) {
          const std::uint32_t pair[2] = {b_bits[n / 2][n % 2 * 2], b_bits[n / 2][n % 2 * 2 + 1]};
          Mma::mma(sums_[m][n], a_bits[m], pair);
        }
      }
      if (with_channel_sums_) {
        const Element one = from_float<Element>(1.0F);
        const std::uint32_t ones[2] = {pack_two(one, one), pack_two(one, one)};
#pragma unroll
        for (int m = 0; m < 2; ++m) Mma::mma(channel_sums_[m], a_bits[m], ones);
      }
    }
  }

  __device__ __forceinline__ void store(float* tile, int stride) const {
    store_fragments(sums_, tile + i_ * stride + j_, stride);
  }
  __device__ __forceinline__ void store_channel_sums(float* to) const {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    if (lane % 4 != 0) return;  // all eight columns of the product are the same
#pragma unroll
    for (int m = 0; m < 2; ++m) {
      to[i_ + 16 * m + lane / 4] = channel_sums_[m][0];
      to[i_ + 16 * m + lane / 4 + 8] = channel_sums_[m][2];
    }
  }

 private:
  int i_, j_;
  bool with_channel_sums_;
  GramFragments sums_ = {};
  float channel_sums_[2][4] = {};
};

/// Panels of 32-bit numbers.
struct FloatPanel {
  static constexpr int kPositions = 16;
  static constexpr int kRowBytes = (kGramTile + 8) * 4;

  __host__ __device__ static constexpr int offset(int position, int slot) {
    return position * kRowBytes + slot * kSlotBytes;
  }
  __device__ static float value(const unsigned char* panel, int position, int channel) {
    return *reinterpret_cast<const float*>(panel + position * kRowBytes + channel * 4);
  }
};

/// tf32 and 3xtf32.
template <typename Mma>
class Tf32Gram : public FloatPanel {
 public:
  using Element = typename Mma::Element;
  static constexpr int kBlocks = Mma::kSplit ? 3 : 4;

  __device__ Tf32Gram(const float* shift_i, const float* shift_j, int i, int j,
                      bool with_channel_sums)
      : i_(i), j_(j), with_channel_sums_(with_channel_sums) {
    const int g = static_cast<int>(threadIdx.x) % kWarp / 4;
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      shift_i_[k] = shift_i[i + g + 8 * k];
      shift_j_[k] = shift_j[j + g + 8 * k];
    }
  }

  __device__ __forceinline__ void step(const unsigned char* a, const unsigned char* b, int valid) {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    const int g = lane / 4, t = lane % 4;
#pragma unroll
    for (int k = 0; k < kPositions; k += 8) {
      float a_values[4][2], b_values[4][2];  // of channel g + 8 m, positions t and t + 4
#pragma unroll
      for (int m = 0; m < 4; ++m) {
#pragma unroll
        for (int h = 0; h < 2; ++h) {
          const int position = k + t + 4 * h;
          const bool inside = position < valid;
          a_values[m][h] = inside ? value(a, position, i_ + g + 8 * m) - shift_i_[m] : 0.0F;
          b_values[m][h] = inside ? value(b, position, j_ + g + 8 * m) - shift_j_[m] : 0.0F;
        }
      }
      if (with_channel_sums_) {
#pragma unroll
        for (int m = 0; m < 4; ++m) channel_sums_[m] += a_values[m][0] + a_values[m][1];
      }
#pragma unroll
      for (int m = 0; m < 2; ++m) {
        const float fragment[4] = {a_values[2 * m][0], a_values[2 * m + 1][0], a_values[2 * m][1],
                                   a_values[2 * m + 1][1]};
#pragma unroll
        for (int n = 0; n < 4; ++n) multiply(sums_[m][n], fragment, b_values[n]);
      }
    }
  }

  __device__ __forceinline__ void store(float* tile, int stride) const {
    store_fragments(sums_, tile + i_ * stride + j_, stride);
  }
  __device__ __forceinline__ void store_channel_sums(float* to) const {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
#pragma unroll
    for (int m = 0; m < 4; ++m) {
      float sum = channel_sums_[m];  // of every fourth position
      sum += __shfl_xor_sync(0xFFFFFFFFU, sum, 1);
      sum += __shfl_xor_sync(0xFFFFFFFFU, sum, 2);
      if (lane % 4 == 0) to[i_ + lane / 4 + 8 * m] = sum;
    }
  }

 private:
  __device__ __forceinline__ static void multiply(float (&d)[4], const float (&a)[4],
                                                  const float (&b)[2]) {
    std::uint32_t a_bits[4], b_bits[2];
#pragma unroll
    for (int i = 0; i < 4; ++i) a_bits[i] = input(a[i]);
#pragma unroll
    for (int i = 0; i < 2; ++i) b_bits[i] = input(b[i]);
    Mma::mma(d, a_bits, b_bits);
  }
  /// Elements are tf32 as stored, but not once the shift is off.
  __device__ __forceinline__ static std::uint32_t input(float x) {
    return Mma::kSplit ? __float_as_uint(x) : to_tf32(x);
  }

  int i_, j_;
  bool with_channel_sums_;
  float shift_i_[4], shift_j_[4];
  GramFragments sums_ = {};
  float channel_sums_[4] = {};
};

/// float32 multiply-adds: a lane has 4 rows times 8 columns (4 and 4, 16 apart).
class FfmaGram : public FloatPanel {
 public:
  using Element = float;
  static constexpr int kBlocks = 4;

  __device__ FfmaGram(const float* shift_i, const float* shift_j, int i, int j,
                      bool with_channel_sums)
      : with_channel_sums_(with_channel_sums) {
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    i_ = i + lane / 4 * 4;
    j_ = j + lane % 4 * 4;
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      shift_i_[k] = shift_i[i_ + k];
      shift_j_[k] = shift_j[j_ + k];
      shift_j_[k + 4] = shift_j[j_ + 16 + k];
    }
  }

  __device__ __forceinline__ void step(const unsigned char* a, const unsigned char* b, int valid) {
#pragma unroll 4
    for (int position = 0; position < kPositions; ++position) {
      if (position >= valid) break;
      const float4 x = load16f(a + position * kRowBytes + i_ * 4);
      const float4 y = load16f(b + position * kRowBytes + j_ * 4);
      const float4 z = load16f(b + position * kRowBytes + (j_ + 16) * 4);
      const float row[4] = {x.x - shift_i_[0], x.y - shift_i_[1], x.z - shift_i_[2],
                            x.w - shift_i_[3]};
      const float column[8] = {y.x - shift_j_[0], y.y - shift_j_[1], y.z - shift_j_[2],
                               y.w - shift_j_[3], z.x - shift_j_[4], z.y - shift_j_[5],
                               z.z - shift_j_[6], z.w - shift_j_[7]};
      if (with_channel_sums_) {
#pragma unroll
        for (int r = 0; r < 4; ++r) channel_sums_[r] += row[r];
      }
#pragma unroll
      for (int r = 0; r < 4; ++r) {
#pragma unroll
        for (int c = 0; c < 8; ++c) sums_[r][c] = fmaf(row[r], column[c], sums_[r][c]);
      }
    }
  }

  __device__ __forceinline__ void store(float* tile, int stride) const {
#pragma unroll
    for (int r = 0; r < 4; ++r) {
      const float(&s)[8] = sums_[r];
      float* to = tile + (i_ + r) * stride + j_;
      store16f(to, make_float4(s[0], s[1], s[2], s[3]));
      store16f(to + 16, make_float4(s[4], s[5], s[6], s[7]));
    }
  }
  __device__ __forceinline__ void store_channel_sums(float* to) const {
    if (threadIdx.x % 4 != 0) return;  // the other three lanes have the same
#pragma unroll
    for (int r = 0; r < 4; ++r) to[i_ + r] = channel_sums_[r];
  }

 private:
  int i_, j_;
  bool with_channel_sums_;
  float shift_i_[4], shift_j_[8];
  float sums_[4][8] = {};
  float channel_sums_[4] = {};
};

template <typename Product>
struct GramShared {
  static constexpr int kPanelBytes = Product::kPositions * Product::kRowBytes;
  unsigned char panel[kGramStages][2][kPanelBytes];
};

/// Copies 64 channels of the stage's positions; zero from `end` on.
template <typename Product, typename T = typename Product::Element>
__device__ __forceinline__ void copy_panel(const T* f, int stride, std::size_t begin,
                                           std::size_t end, unsigned char* to) {
  constexpr int kRowSlots = kGramTile * static_cast<int>(sizeof(T)) / kSlotBytes;
  constexpr int kPerSlot = kSlotBytes / static_cast<int>(sizeof(T));
  // A constant count, so that it is unrolled.
  constexpr int kPerThread = Product::kPositions * kRowSlots / kGramThreads;
  static_assert(kPerThread * kGramThreads == Product::kPositions * kRowSlots);
#pragma unroll
  for (int i = 0; i < kPerThread; ++i) {
    const int index = static_cast<int>(threadIdx.x) + i * kGramThreads;
    const int position = index / kRowSlots, slot = index % kRowSlots;
    const std::size_t m = begin + static_cast<std::size_t>(position);
    const bool inside = m < end;
    const T* from = f + (inside ? m : begin) * static_cast<std::size_t>(stride) + slot * kPerSlot;
    cp_async<kSlotBytes>(to + Product::offset(position, slot), from, inside ? kSlotBytes : 0);
  }
}

template <typename Product, typename T = typename Product::Element>
__global__ void __launch_bounds__(kGramThreads, Product::kBlocks)
    gram_fast_kernel(GramProblem<T> problem) {
  auto& shared = static_shared<GramShared<Product>>();
  // Tile number n of the lower triangle is row i, column j with i (i + 1) / 2 + j = n.
  int row = 0, column = static_cast<int>(blockIdx.x);
  while (column > row) column -= ++row;
  const bool diagonal = row == column;
  const std::size_t begin = problem.begin + blockIdx.y * kGramPiece;
  const std::size_t end =
      begin + kGramPiece < problem.positions ? begin + kGramPiece : problem.positions;
  const int stages =
      static_cast<int>((end - begin + Product::kPositions - 1) / Product::kPositions);
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const bool with_channel_sums = diagonal && warp % 2 == 0;
  Product product(problem.shift + row * kGramTile, problem.shift + column * kGramTile,
                  warp / 2 * kGramWarpTile, warp % 2 * kGramWarpTile, with_channel_sums);

  const auto copy = [&](int stage) {
    if (stage >= stages) return;
    const std::size_t first = begin + static_cast<std::size_t>(stage) * Product::kPositions;
    unsigned char(&panels)[2][GramShared<Product>::kPanelBytes] = shared.panel[stage % kGramStages];
    copy_panel<Product>(problem.f + row * kGramTile, problem.stride, first, end, panels[0]);
    if (!diagonal) {
      copy_panel<Product>(problem.f + column * kGramTile, problem.stride, first, end, panels[1]);
    }
  };

  for (int stage = 0; stage < kGramStages - 1; ++stage) {
    copy(stage);
    cp_async_commit();
  }
  for (int stage = 0; stage < stages; ++stage) {
    cp_async_wait<kGramStages - 2>();
    __syncthreads();  // everybody's copies have arrived; everybody is done with the stage before
    copy(stage + kGramStages - 1);
    cp_async_commit();
    const auto& panels = shared.panel[stage % kGramStages];
    const std::size_t left = end - begin - static_cast<std::size_t>(stage) * Product::kPositions;
    const int valid = left < Product::kPositions ? static_cast<int>(left) : Product::kPositions;
    product.step(panels[0], panels[diagonal ? 0 : 1], valid);
  }

  const std::size_t channels = static_cast<std::size_t>(problem.channels);
  float* tile = problem.products + blockIdx.y * channels * channels +
                static_cast<std::size_t>(row * kGramTile) * channels +
                static_cast<std::size_t>(column * kGramTile);
  product.store(tile, problem.channels);
  if (with_channel_sums) {
    product.store_channel_sums(problem.sums + blockIdx.y * channels +
                               static_cast<std::size_t>(row * kGramTile));
  }
}

template <typename Product, typename T = typename Product::Element>
void launch_gram(GpuDevice& device, const char* name, const GramProblem<T>& problem) {
  const unsigned blocks = static_cast<unsigned>(problem.channels / kGramTile);
  launch(device, name, gram_fast_kernel<Product>,
         {dim3(blocks * (blocks + 1) / 2, static_cast<unsigned>(problem.count)), kGramThreads},
         problem);
}

}  // namespace vggstyle::cuda

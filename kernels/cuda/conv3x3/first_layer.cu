// The first layer, between the 3 colours of the pixels and its (64) channels, in float32 whatever
// the precision: a matrix product with K = 27 has nothing for tensor cores to do.
//
// fprop: a block takes a row of 32 positions and all output channels. The 3 x 34 input positions
// and the filters of 64 outputs lie in shared memory; a thread computes 4 neighbouring positions of
// 4 neighbouring channels, 16 sums in registers, from 27 x (4 + 4) loads: 2 FMA a load.
//
//        34 positions, 3 rows           one thread: 4 positions x 4 channels
//      +--------------------+
//      | x x x x ...        |  --->     16 channel groups x 8 position groups = 128 threads
//      +--------------------+
//
// Shared memory: 102 float4 of input + 27 x 64 filters = 8.5 KB. Intensity: 54 FLOP an output
// element of 2 or 4 bytes: the store bounds it.
//
// dgrad: a block takes 32 x 16 positions. 32 bytes of channels of their gradients, with a halo of 1,
// lie in shared memory as float32, a plane a channel, beside the filters of those channels. A lane
// has a column of the picture, a warp 4 rows of it. A value that a lane has read serves the three
// rows of positions that it reaches, so that a channel takes 18 values and 9 broadcast filters for
// 108 FMA: shared memory and FMA are busy alike.
//
//      34 x 18 values of a channel         a lane: 4 rows of a column x 3 colours
//      +------------------+
//      | +--------------+ |  warp 0        x x x   <- 3 values a row, 6 rows
//      | |              | |  warp 1        x x x
//      | |              | |  warp 2         ...
//      | +--------------+ |  warp 3
//      +------------------+
//
// Shared memory: 16 planes of 2.4 KB + 2.3 KB of filters = 41 KB (16 bit). Intensity: 54 FLOP an
// input element; FMA bounds it.

#include "kernels/cuda/conv3x3/conv3x3.h"
#include "kernels/cuda/device/block_sum.h"
#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/number.h"

namespace vggstyle::cuda {
namespace {

constexpr int kRow = 32;       // positions of a block
constexpr int kChannels = 64;  // output channels of a block
constexpr int kPerThread = 4;  // positions, and channels, of a thread
constexpr int kFpropThreads = (kRow / kPerThread) * (kChannels / kPerThread);
constexpr int kTaps = 9;

struct FpropShared {
  float4 in[3][kRow + 2];
  float filters[kTaps * kColors][kChannels];
};

/// A row of the picture with its halo, and the filters of kChannels channels.
__device__ __forceinline__ void load_fprop_operands(FpropShared& shared, const ConvShape& shape,
                                                    const float* in, const float* filters, int x0,
                                                    int y, int o0) {
  const int thread = static_cast<int>(threadIdx.x);
  for (int i = thread; i < 3 * (kRow + 2); i += kFpropThreads) {
    const int from = shape.position(y + i / (kRow + 2) - 1, x0 + i % (kRow + 2) - 1);
    shared.in[i / (kRow + 2)][i % (kRow + 2)] =
        from >= 0 ? load16f(in + static_cast<std::size_t>(from) * kPaddedColors)
                  : make_float4(0.0F, 0.0F, 0.0F, 0.0F);
  }
  for (int i = thread; i < kTaps * kColors * kChannels; i += kFpropThreads) {
    const int o = o0 + i % kChannels;
    shared.filters[i / kChannels][i % kChannels] =
        o < shape.out_channels ? filters[i / kChannels * shape.out_channels + o] : 0.0F;
  }
}

/// `filters` are [tap][color][out channel].
template <typename T>
__global__ void first_layer_fprop_kernel(ConvShape shape, const float* in, const float* filters,
                                         const float* bias, T* out) {
  auto& shared = static_shared<FpropShared>();
  const int x0 = static_cast<int>(blockIdx.x) * kRow;
  const int y = static_cast<int>(blockIdx.y);
  const int o0 = static_cast<int>(blockIdx.z) * kChannels;
  const int thread = static_cast<int>(threadIdx.x);
  load_fprop_operands(shared, shape, in, filters, x0, y, o0);
  __syncthreads();

  const int channel = thread % (kChannels / kPerThread) * kPerThread;
  const int first = thread / (kChannels / kPerThread) * kPerThread;
  float sum[kPerThread][kPerThread] = {};
#pragma unroll
  for (int tap = 0; tap < kTaps; ++tap) {
    float4 pixel[kPerThread];
#pragma unroll
    for (int p = 0; p < kPerThread; ++p) pixel[p] = shared.in[tap / 3][first + p + tap % 3];
#pragma unroll
    for (int color = 0; color < kColors; ++color) {
      const float4 w = load16f(&shared.filters[tap * kColors + color][channel]);
#pragma unroll
      for (int p = 0; p < kPerThread; ++p) {
        const float v = color == 0 ? pixel[p].x : color == 1 ? pixel[p].y : pixel[p].z;
        sum[p][0] += v * w.x;
        sum[p][1] += v * w.y;
        sum[p][2] += v * w.z;
        sum[p][3] += v * w.w;
      }
    }
  }
#pragma unroll
  for (int p = 0; p < kPerThread; ++p) {
    const int x = x0 + first + p;
    if (x >= shape.extent.width) break;
    const std::size_t position =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.extent.width) +
        static_cast<std::size_t>(x);
    const int o = o0 + channel;
    if (o >= shape.out_channels) break;  // of which there is a multiple of 16
    float z[kPerThread];
#pragma unroll
    for (int k = 0; k < kPerThread; ++k) {
      z[k] = sum[p][k] + bias[o + k];
      if (z[k] < 0.0F) z[k] = 0.0F;
    }
    store_four(
        out + position * static_cast<std::size_t>(shape.out_channels) + static_cast<std::size_t>(o),
        z);
  }
}

constexpr int kDgradColumns = kWarp;  // of a block
constexpr int kDgradWarps = 4, kDgradWarpRows = 4;
constexpr int kDgradRows = kDgradWarps * kDgradWarpRows;
constexpr int kDgradThreads = kDgradWarps * kWarp;
constexpr int kDgradHaloColumns = kDgradColumns + 2;
constexpr int kDgradHalo = (kDgradRows + 2) * kDgradHaloColumns;

/// Channels that lie in shared memory at once: a sector of each position.
template <typename T>
constexpr int kDgradChunk = 32 / static_cast<int>(sizeof(T));

template <typename T>
struct DgradShared {
  float d_out[kDgradChunk<T>][kDgradHalo];
  float4 filters[kDgradChunk<T>][kTaps];
};

/// The channels from `channel` on; `y0`, `x0`: of the first position.
template <typename T>
__device__ __forceinline__ void load_dgrad_chunk(const ConvShape& shape, const T* d_out,
                                                 const float* filters, int y0, int x0, int channel,
                                                 DgradShared<T>& shared) {
  const int thread = static_cast<int>(threadIdx.x);
  for (int i = thread; i < kDgradHalo; i += kDgradThreads) {
    const int position =
        shape.position(y0 + i / kDgradHaloColumns - 1, x0 + i % kDgradHaloColumns - 1);
    const T* from = d_out +
                    static_cast<std::size_t>(position < 0 ? 0 : position) *
                        static_cast<std::size_t>(shape.out_channels) +
                    channel;
#pragma unroll
    for (int c = 0; c < kDgradChunk<T>; c += 4) {
      float v[4] = {};
      if (position >= 0) load_four(from + c, v);
#pragma unroll
      for (int k = 0; k < 4; ++k) shared.d_out[c + k][i] = v[k];
    }
  }
  for (int i = thread; i < kDgradChunk<T> * kTaps; i += kDgradThreads) {
    const int c = i / kTaps, tap = i % kTaps;
    shared.filters[c][tap] =
        load16f(filters + (tap * shape.out_channels + channel + c) * kPaddedColors);
  }
}

/// `filters` are [tap][out channel][color, padded to 4], not flipped.
template <typename T>
__global__ void __launch_bounds__(kDgradThreads)
    first_layer_dgrad_kernel(ConvShape shape, const T* d_out, const float* filters, float* d_in) {
  auto& shared = static_shared<DgradShared<T>>();
  const int x0 = static_cast<int>(blockIdx.x) * kDgradColumns;
  const int y0 = static_cast<int>(blockIdx.y) * kDgradRows;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int first_row = static_cast<int>(threadIdx.x) / kWarp * kDgradWarpRows;
  float sum[kDgradWarpRows][kColors] = {};
  for (int channel = 0; channel < shape.out_channels; channel += kDgradChunk<T>) {
    if (channel > 0) __syncthreads();  // the chunk before has been read
    load_dgrad_chunk(shape, d_out, filters, y0, x0, channel, shared);
    __syncthreads();
#pragma unroll 1
    for (int c = 0; c < kDgradChunk<T>; ++c) {
      float4 w[kTaps];
#pragma unroll
      for (int tap = 0; tap < kTaps; ++tap) w[tap] = load16f(&shared.filters[c][tap]);
      const float* values = shared.d_out[c] + first_row * kDgradHaloColumns + lane;
#pragma unroll
      for (int row = 0; row < kDgradWarpRows + 2; ++row) {
#pragma unroll
        for (int column = 0; column < 3; ++column) {
          const float v = values[row * kDgradHaloColumns + column];
          // Position (y, x) is reached by tap (i, j) from (y + 1 - i, x + 1 - j).
#pragma unroll
          for (int i = 0; i < 3; ++i) {
            const int y = row - 2 + i;
            if (y < 0 || y >= kDgradWarpRows) continue;
            const float4 f = w[i * 3 + 2 - column];
            sum[y][0] += v * f.x;
            sum[y][1] += v * f.y;
            sum[y][2] += v * f.z;
          }
        }
      }
    }
  }
  const int x = x0 + lane;
  if (x >= shape.extent.width) return;
#pragma unroll
  for (int row = 0; row < kDgradWarpRows; ++row) {
    const int y = y0 + first_row + row;
    if (y >= shape.extent.height) break;
    const std::size_t position =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.extent.width) +
        static_cast<std::size_t>(x);
    store16f(d_in + position * kPaddedColors,
             make_float4(sum[row][0], sum[row][1], sum[row][2], 0.0F));
  }
}

}  // namespace

template <typename T>
void first_layer_fprop(GpuDevice& device, const ConvShape& shape, const float* in,
                       const float* filters, const float* bias, T* out) {
  const dim3 grid(ceil_div(static_cast<std::size_t>(shape.extent.width), kRow),
                  static_cast<unsigned>(shape.extent.height),
                  ceil_div(static_cast<std::size_t>(shape.out_channels), kChannels));
  launch(device, "first_layer_fprop", first_layer_fprop_kernel<T>, {grid, kFpropThreads}, shape, in,
         filters, bias, out);
}

template <typename T>
void first_layer_dgrad(GpuDevice& device, const ConvShape& shape, const T* d_out,
                       const float* filters, float* d_in) {
  launch(device, "first_layer_dgrad", first_layer_dgrad_kernel<T>,
         {dim3(ceil_div(static_cast<std::size_t>(shape.extent.width), kDgradColumns),
               ceil_div(static_cast<std::size_t>(shape.extent.height), kDgradRows)),
          kDgradThreads},
         shape, d_out, filters, d_in);
}

#define VGGSTYLE_FIRST_LAYER(T)                                                                \
  template void first_layer_fprop<T>(GpuDevice&, const ConvShape&, const float*, const float*, \
                                     const float*, T*);                                        \
  template void first_layer_dgrad<T>(GpuDevice&, const ConvShape&, const T*, const float*, float*);
VGGSTYLE_FIRST_LAYER(float)
VGGSTYLE_FIRST_LAYER(Tf32)
VGGSTYLE_FIRST_LAYER(__half)
VGGSTYLE_FIRST_LAYER(__nv_bfloat16)
#undef VGGSTYLE_FIRST_LAYER

}  // namespace vggstyle::cuda

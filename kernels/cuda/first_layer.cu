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
// dgrad: one warp a position; a lane sums over its channels (lane, lane + 32), 9 taps, 3 colours,
// then the warp adds up in a fixed order. 54 FLOP an input element: the loads bound it.

#include "kernels/cuda/block_sum.h"
#include "kernels/cuda/conv3x3.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/number.h"

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

/// `filters` are [tap][color][out channel].
template <typename T>
__global__ void first_layer_fprop_kernel(Extent extent, int out_channels, const float* in,
                                         const float* filters, const float* bias, T* out) {
  auto& shared = static_shared<FpropShared>();
  const int x0 = static_cast<int>(blockIdx.x) * kRow;
  const int y = static_cast<int>(blockIdx.y);
  const int o0 = static_cast<int>(blockIdx.z) * kChannels;
  const int thread = static_cast<int>(threadIdx.x);
  for (int i = thread; i < 3 * (kRow + 2); i += kFpropThreads) {
    const int from_y = y + i / (kRow + 2) - 1, from_x = x0 + i % (kRow + 2) - 1;
    const bool inside =
        from_y >= 0 && from_y < extent.height && from_x >= 0 && from_x < extent.width;
    shared.in[i / (kRow + 2)][i % (kRow + 2)] =
        inside ? load16f(in + (static_cast<std::size_t>(from_y) *
                                   static_cast<std::size_t>(extent.width) +
                               static_cast<std::size_t>(from_x)) *
                                  kPaddedColors)
               : make_float4(0.0F, 0.0F, 0.0F, 0.0F);
  }
  for (int i = thread; i < kTaps * kColors * kChannels; i += kFpropThreads) {
    const int o = o0 + i % kChannels;
    shared.filters[i / kChannels][i % kChannels] =
        o < out_channels ? filters[i / kChannels * out_channels + o] : 0.0F;
  }
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
    if (x >= extent.width) break;
    const std::size_t position =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(extent.width) +
        static_cast<std::size_t>(x);
    const int o = o0 + channel;
    if (o >= out_channels) break;  // of which there is a multiple of 16
    float z[kPerThread];
#pragma unroll
    for (int k = 0; k < kPerThread; ++k) {
      z[k] = sum[p][k] + bias[o + k];
      if (z[k] < 0.0F) z[k] = 0.0F;
    }
    store_four(
        out + position * static_cast<std::size_t>(out_channels) + static_cast<std::size_t>(o), z);
  }
}

constexpr int kDgradThreads = 256;

/// `filters` are [tap][out channel][color, padded to 4], not flipped.
template <typename T>
__global__ void first_layer_dgrad_kernel(Extent extent, int out_channels, const T* d_out,
                                         const float* filters, float* d_in) {
  const std::size_t position =
      (blockIdx.x * static_cast<std::size_t>(kDgradThreads) + threadIdx.x) / kWarp;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  if (position >= extent.positions()) return;
  const int y = static_cast<int>(position / static_cast<std::size_t>(extent.width));
  const int x = static_cast<int>(position % static_cast<std::size_t>(extent.width));
  float sum[kColors] = {};
  for (int tap = 0; tap < kTaps; ++tap) {
    const int from_y = y - tap / 3 + 1, from_x = x - tap % 3 + 1;
    if (from_y < 0 || from_y >= extent.height || from_x < 0 || from_x >= extent.width) continue;
    const T* d =
        d_out + (static_cast<std::size_t>(from_y) * static_cast<std::size_t>(extent.width) +
                 static_cast<std::size_t>(from_x)) *
                    static_cast<std::size_t>(out_channels);
    for (int o = lane; o < out_channels; o += kWarp) {
      const float4 w = load16f(filters + (tap * out_channels + o) * kPaddedColors);
      const float g = to_float(d[o]);
      sum[0] += g * w.x;
      sum[1] += g * w.y;
      sum[2] += g * w.z;
    }
  }
#pragma unroll
  for (int color = 0; color < kColors; ++color) sum[color] = warp_sum(sum[color]);
  if (lane == 0) {
    store16f(d_in + position * kPaddedColors, make_float4(sum[0], sum[1], sum[2], 0.0F));
  }
}

}  // namespace

template <typename T>
void first_layer_fprop(GpuDevice& device, Extent extent, int out_channels, const float* in,
                       const float* filters, const float* bias, T* out) {
  const dim3 grid(ceil_div(static_cast<std::size_t>(extent.width), kRow),
                  static_cast<unsigned>(extent.height),
                  ceil_div(static_cast<std::size_t>(out_channels), kChannels));
  launch(device, "first_layer_fprop", first_layer_fprop_kernel<T>, {grid, kFpropThreads}, extent,
         out_channels, in, filters, bias, out);
}

template <typename T>
void first_layer_dgrad(GpuDevice& device, Extent extent, int out_channels, const T* d_out,
                       const float* filters, float* d_in) {
  launch(device, "first_layer_dgrad", first_layer_dgrad_kernel<T>,
         {ceil_div(extent.positions() * kWarp, kDgradThreads), kDgradThreads}, extent, out_channels,
         d_out, filters, d_in);
}

#define VGGSTYLE_FIRST_LAYER(T)                                                           \
  template void first_layer_fprop<T>(GpuDevice&, Extent, int, const float*, const float*, \
                                     const float*, T*);                                   \
  template void first_layer_dgrad<T>(GpuDevice&, Extent, int, const T*, const float*, float*);
VGGSTYLE_FIRST_LAYER(float)
VGGSTYLE_FIRST_LAYER(__half)
VGGSTYLE_FIRST_LAYER(__nv_bfloat16)
#undef VGGSTYLE_FIRST_LAYER

}  // namespace vggstyle::cuda

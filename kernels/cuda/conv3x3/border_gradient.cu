// What a convolution's gradient has besides the one with zero padding, where it reads its border again
// (reflect, replicate): the gradient of each padded position, added to where that position was read.
//
//        outside  | row 0 | row 1        replicate: what flows to `outside` goes to row 0
//          d  --------> +                 reflect: to row 1
//          d  ----------------> +
//
// One thread an element of the gradient; only those of one or two rows and columns along each side
// have anything to do, 3 C products for each padded position, and the others write a zero. Filters
// are read where the convolution has them. Work and bytes are small beside the convolution's.

#include <utility>

#include "kernels/cuda/conv3x3/conv3x3.h"
#include "kernels/cuda/conv3x3/conv3x3_fast.h"
#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/number.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;

/// What flows to channel `o` of the padded position (y, x); `shape` pads with zeros.
template <typename T, typename Filters>
__device__ float padded_gradient(const ConvShape& shape, const T* d_out, const Filters& filters,
                                 int y, int x, int o) {
  float sum = 0;
  for (int tap = 0; tap < kConvTaps; ++tap) {
    const int from = shape.position(y + tap / 3 - 1, x + tap % 3 - 1);
    if (from < 0) continue;
    const T* d =
        d_out + static_cast<std::size_t>(from) * static_cast<std::size_t>(shape.in_channels);
    for (int c = 0; c < shape.in_channels; ++c) sum += to_float(d[c]) * filters(o, c, tap);
  }
  return sum;
}

template <typename T, typename D, typename Filters>
__global__ void border_gradient_kernel(ConvShape shape, Padding padding, const T* d_out,
                                       Filters filters, bool accumulate, D* d_in) {
  const std::size_t at = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x;
  const auto channels = static_cast<std::size_t>(shape.out_channels);
  const auto position = static_cast<int>(at / channels);
  const int o = static_cast<int>(at % channels);
  const int height = shape.extent.height, width = shape.extent.width;
  const int y = position / width, x = position % width;
  if (y >= height) return;
  float sum = accumulate ? to_float(d_in[at]) : 0.0F;
  // The row itself, the one above the picture and the one below; likewise the columns.
  for (int v = 0; v < 3; ++v) {
    const int from_y = v == 0 ? y : v == 1 ? -1 : height;
    if (source_index(padding, from_y, height) != y) continue;
    for (int u = 0; u < 3; ++u) {
      const int from_x = u == 0 ? x : u == 1 ? -1 : width;
      if (source_index(padding, from_x, width) != x) continue;
      if (v == 0 && u == 0) continue;  // the convolution has it
      sum += padded_gradient(shape, d_out, filters, from_y, from_x, o);
    }
  }
  d_in[at] = from_float<D>(sum);
}

template <typename T, typename D, typename Filters>
void run(GpuDevice& device, ConvShape shape, const T* d_out, const Filters& filters,
         bool accumulate, D* d_in) {
  const Padding padding = std::exchange(shape.padding, Padding::kZero);
  const std::size_t elements =
      shape.extent.positions() * static_cast<std::size_t>(shape.out_channels);
  launch(device, "border_gradient", border_gradient_kernel<T, D, Filters>,
         {ceil_div(elements, kThreads), kThreads}, shape, padding, d_out, filters, accumulate,
         d_in);
}

/// [tap][in channel][out channel].
template <typename T>
struct PlainFilters {
  const T* values;
  int in_channels, out_channels;

  __device__ float operator()(int o, int c, int tap) const {
    return to_float(values[(tap * in_channels + c) * out_channels + o]);
  }
};

/// As the fast kernels read them.
template <typename T>
struct PackedFilters {
  const unsigned char* packed;
  FilterOrder order;
  int in_channels;

  __device__ float operator()(int o, int c, int tap) const {
    const std::size_t at = packed_offset<T>(order, in_channels, kConvTaps, o, c, tap);
    return to_float(*reinterpret_cast<const T*>(packed + at));
  }
};

/// The first layer's, which are not flipped.
struct FirstFilters {
  const float* values;
  int in_channels;

  __device__ float operator()(int o, int c, int tap) const {
    return values[((kConvTaps - 1 - tap) * in_channels + c) * kPaddedColors + o];
  }
};

}  // namespace

template <typename T>
void border_gradient_plain(GpuDevice& device, const ConvShape& shape, const T* d_out,
                           const T* filters, T* d_in) {
  run(device, shape, d_out, PlainFilters<T>{filters, shape.in_channels, shape.out_channels}, false,
      d_in);
}

template <typename T>
void border_gradient_fast(GpuDevice& device, Precision precision, const ConvShape& shape,
                          const T* d_out, const unsigned char* filters, T* d_in) {
  const FilterOrder order = filter_order<T>(device.limits(), precision);
  run(device, shape, d_out, PackedFilters<T>{filters, order, shape.in_channels}, false, d_in);
}

template <typename T>
void border_gradient_first(GpuDevice& device, const ConvShape& shape, const T* d_out,
                           const float* filters, float* d_in) {
  const ConvShape back{shape.extent, shape.out_channels, kPaddedColors, shape.padding};
  run(device, back, d_out, FirstFilters{filters, shape.out_channels}, true, d_in);
}

#define VGGSTYLE_BORDER_GRADIENT(T)                                                             \
  template void border_gradient_plain<T>(GpuDevice&, const ConvShape&, const T*, const T*, T*); \
  template void border_gradient_fast<T>(GpuDevice&, Precision, const ConvShape&, const T*,      \
                                        const unsigned char*, T*);                              \
  template void border_gradient_first<T>(GpuDevice&, const ConvShape&, const T*, const float*,  \
                                         float*);
VGGSTYLE_BORDER_GRADIENT(float)
VGGSTYLE_BORDER_GRADIENT(Tf32)
VGGSTYLE_BORDER_GRADIENT(__half)
VGGSTYLE_BORDER_GRADIENT(__nv_bfloat16)
#undef VGGSTYLE_BORDER_GRADIENT

}  // namespace vggstyle::cuda

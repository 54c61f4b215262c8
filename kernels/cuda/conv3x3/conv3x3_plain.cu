// 3x3 convolution, stride 1, padding 1, plain: what the fast kernels compute, to read first.
//
//   out[y, x, o] = epilogue(sum_{i, j, c} in[y + i - 1, x + j - 1, c] filters[3 i + j][c][o])
//
// One thread computes one output element. Output channels lie along the threads of a warp: all
// lanes want the same input element (one broadcast) and neighbouring filters (one line). Work is
// 18 C FLOP for 18 C loads, all from caches: they bound it, at some hundredth of the arithmetic
// peak. No shared memory.

#include "kernels/cuda/conv3x3/conv3x3.h"
#include "kernels/cuda/device/launch.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;

template <typename T, typename Rounding>
__global__ void conv3x3_plain_kernel(ConvShape shape, const T* in, const T* filters,
                                     ConvEpilogue<T> epilogue, T* out) {
  const std::size_t at = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x;
  const int o = static_cast<int>(at % static_cast<std::size_t>(shape.out_channels));
  const std::size_t position = at / static_cast<std::size_t>(shape.out_channels);
  const int width = shape.extent.width;
  const int y = static_cast<int>(position / static_cast<std::size_t>(width));
  const int x = static_cast<int>(position % static_cast<std::size_t>(width));
  if (y >= shape.extent.height) return;
  float sum = 0;
  for (int tap = 0; tap < 9; ++tap) {
    const int from = shape.position(y + tap / 3 - 1, x + tap % 3 - 1);
    if (from < 0) continue;
    const T* f = in + static_cast<std::size_t>(from) * static_cast<std::size_t>(shape.in_channels);
    const T* w = filters + (tap * shape.in_channels) * shape.out_channels + o;
    for (int c = 0; c < shape.in_channels; ++c) {
      sum += Rounding::round(to_float(f[c])) * to_float(w[c * shape.out_channels]);
    }
  }
  if (epilogue.has_terms && epilogue.terms.p != nullptr) {
    // P F, of the layer that this gradient is of: its channels are this product's outputs.
    const T* f = epilogue.terms.f + position * static_cast<std::size_t>(shape.out_channels);
    float product = 0;
    for (int k = 0; k < shape.out_channels; ++k) {
      product += Rounding::round(epilogue.terms.p[k * shape.out_channels + o]) *
                 Rounding::round(to_float(f[k]));
    }
    sum += epilogue.terms.style_scale * product;
  }
  out[at] = from_float<T>(epilogue.apply(sum, at, o));
}

}  // namespace

template <typename T, typename Rounding>
void conv3x3_plain(GpuDevice& device, const ConvShape& shape, const T* in, const T* filters,
                   const ConvEpilogue<T>& epilogue, T* out) {
  const std::size_t elements =
      shape.extent.positions() * static_cast<std::size_t>(shape.out_channels);
  launch(device, "conv3x3_plain", conv3x3_plain_kernel<T, Rounding>,
         {ceil_div(elements, kThreads), kThreads}, shape, in, filters, epilogue, out);
}

template void conv3x3_plain<float, AsStored>(GpuDevice&, const ConvShape&, const float*,
                                             const float*, const ConvEpilogue<float>&, float*);
template void conv3x3_plain<Tf32, ToTf32>(GpuDevice&, const ConvShape&, const Tf32*, const Tf32*,
                                          const ConvEpilogue<Tf32>&, Tf32*);
template void conv3x3_plain<__half, AsStored>(GpuDevice&, const ConvShape&, const __half*,
                                              const __half*, const ConvEpilogue<__half>&, __half*);
template void conv3x3_plain<__nv_bfloat16, AsStored>(GpuDevice&, const ConvShape&,
                                                     const __nv_bfloat16*, const __nv_bfloat16*,
                                                     const ConvEpilogue<__nv_bfloat16>&,
                                                     __nv_bfloat16*);

}  // namespace vggstyle::cuda

#pragma once

#include <cstdint>

#include "kernels/conv3x3.h"
#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/gradient_terms.h"
#include "kernels/cuda/ops.h"

/// The 3x3 convolutions of a GPU. fprop and dgrad are one kernel: dgrad is fprop with flipped,
/// transposed filters; where the border is read again (reflect, replicate) border_gradient() adds what
/// that leaves out. conv3x3.cu packs the filters, picks a kernel and launches it.
namespace vggstyle::cuda {

/// padded_index() of kernels/padding.h.
__device__ __forceinline__ int source_index(Padding padding, int i, int size) {
  if (i >= 0 && i < size) return i;
  if (padding == Padding::kZero || i < -1 || i > size) return -1;
  if (padding == Padding::kCircular) return i < 0 ? size - 1 : 0;
  const int step = padding == Padding::kReflect && size > 1 ? 1 : 0;
  return i < 0 ? step : size - 1 - step;
}

/// One product: `out` of out_channels from `in` of in_channels, both NHWC of the same extent.
struct ConvShape {
  Extent extent;
  int in_channels, out_channels;
  Padding padding = Padding::kZero;

  /// Of `in`, the position that is found at (y, x), which may be outside; -1 for a zero.
  __device__ __forceinline__ int position(int y, int x) const {
    if (y >= 0 && y < extent.height && x >= 0 && x < extent.width) return y * extent.width + x;
    if (padding == Padding::kZero) return -1;
    const int from_y = source_index(padding, y, extent.height);
    const int from_x = source_index(padding, x, extent.width);
    return from_y < 0 || from_x < 0 ? -1 : from_y * extent.width + from_x;
  }
};

/// What the product is turned into: fprop with bias and ReLU, or dgrad with the terms of the layer
/// below.
template <typename T>
struct ConvEpilogue {
  const float* bias = nullptr;  ///< fprop: out = max(0, sum + bias)
  TermsView<T> terms{GradientTerms{}};
  bool has_terms = false;     ///< dgrad: out = terms.finish(sum); P F has been added to the sum
  const T* addend = nullptr;  ///< sum += addend, of the shape of `out` and perhaps in its place

  __device__ __forceinline__ float apply(float sum, std::size_t at, int channel) const {
    if (bias != nullptr) {
      sum += bias[channel];
      // Not fmaxf, which would turn a NaN into 0 and hide it from the overflow check.
      return sum < 0.0F ? 0.0F : sum;
    }
    if (addend != nullptr) sum += to_float(addend[at]);
    return has_terms ? terms.finish(sum, at, channel) : sum;
  }
  /// The same for four channels from `channel` on, a multiple of 4.
  __device__ __forceinline__ void apply_four(float (&sums)[4], std::size_t at, int channel) const {
    float loaded[4];
    if (bias != nullptr) {
      load_four(bias + channel, loaded);
#pragma unroll
      for (int k = 0; k < 4; ++k) {
        sums[k] += loaded[k];
        if (sums[k] < 0.0F) sums[k] = 0.0F;
      }
      return;
    }
    if (addend != nullptr) {
      load_four(addend + at, loaded);
#pragma unroll
      for (int k = 0; k < 4; ++k) sums[k] += loaded[k];
    }
    if (has_terms) terms.finish_four(sums, at, channel);
  }
};

/// The plain kernel (conv3x3_plain.cu): `filters` are [tap][in channel][out channel] in T.
template <typename T, typename Rounding>
void conv3x3_plain(GpuDevice& device, const ConvShape& shape, const T* in, const T* filters,
                   const ConvEpilogue<T>& epilogue, T* out);

/// The first layer (first_layer.cu): 3 channels, padded to 4, in float32.
template <typename T>
void first_layer_fprop(GpuDevice& device, const ConvShape& shape, const float* in,
                       const float* filters, const float* bias, T* out);
/// d_in is overwritten: 3 channels, the fourth is 0. `shape` is that of fprop.
template <typename T>
void first_layer_dgrad(GpuDevice& device, const ConvShape& shape, const T* d_out,
                       const float* filters, float* d_in);

/// d_in = what a padding that reads its border again adds to dgrad with zero padding
/// (border_gradient.cu): to be the addend of that. `shape` and `filters` are those of dgrad, as the
/// plain or the fast kernel has them.
template <typename T>
void border_gradient_plain(GpuDevice& device, const ConvShape& shape, const T* d_out,
                           const T* filters, T* d_in);
template <typename T>
void border_gradient_fast(GpuDevice& device, Precision precision, const ConvShape& shape,
                          const T* d_out, const unsigned char* filters, T* d_in);
/// The same added to d_in, of the first layer; `shape` and `filters` as in first_layer_dgrad.
template <typename T>
void border_gradient_first(GpuDevice& device, const ConvShape& shape, const T* d_out,
                           const float* filters, float* d_in);

}  // namespace vggstyle::cuda

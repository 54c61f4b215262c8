#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/cuda/conv3x3/conv3x3.h"
#include "kernels/cuda/conv3x3/conv3x3_tile.h"
#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/style/style_layer.h"
#include "kernels/precision.h"

/// The fast 3x3 convolution (conv3x3_fast.cu), for channels that are multiples of 64.
namespace vggstyle::cuda {

/// Filters, and P of a style layer, in the order in which the kernel reads them: for each 64 output
/// channels, each chunk of input channels, each tap, one 4 KB block (conv3x3_tile.h).
template <typename T>
constexpr std::size_t packed_bytes(int in_channels, int out_channels, int taps) {
  return static_cast<std::size_t>(out_channels / kTileChannels) *
         static_cast<std::size_t>(in_channels / kChunk<T>) * static_cast<std::size_t>(taps) *
         kFilterBytes;
}

/// Where element (n, k) lies within such a block: as the kernel reads it.
enum class FilterOrder {
  kAcrossOutputs,  ///< [k][n]: FFMA
  kSwizzled,       ///< rows n of 64 bytes, slots swizzled: ldmatrix, for mma.sync
  kPlanes,         ///< [slot][n][16 bytes]: wgmma
};

/// Whether wgmma multiplies what is stored as T: not float32 of all its bits (fp32, 3xtf32).
template <typename T>
constexpr bool kByWgmma = !std::is_same_v<T, float>;

template <typename T>
constexpr bool has_wgmma(const GpuLimits& limits) {
  return kByWgmma<T> && limits.wgmma;
}

template <typename T>
constexpr FilterOrder filter_order(const GpuLimits& limits, Precision precision) {
  return precision == Precision::kFloat32 ? FilterOrder::kAcrossOutputs
         : has_wgmma<T>(limits)           ? FilterOrder::kPlanes
                                          : FilterOrder::kSwizzled;
}

/// Byte offset in packed filters of output channel o, input channel c, tap.
template <typename T>
__host__ __device__ constexpr std::size_t packed_offset(FilterOrder order, int in_channels,
                                                        int taps, int o, int c, int tap) {
  const int block = (o / kTileChannels * (in_channels / kChunk<T>)+c / kChunk<T>)*taps + tap;
  const int n = o % kTileChannels, k = c % kChunk<T>;
  const int byte = k * static_cast<int>(sizeof(T));
  const int slot = byte / kSlotBytes;
  const int within =
      order == FilterOrder::kAcrossOutputs ? (k * kTileChannels + n) * static_cast<int>(sizeof(T))
      : order == FilterOrder::kPlanes ? (slot * kTileChannels + n) * kSlotBytes + byte % kSlotBytes
                                      : swizzled(n, slot) + byte % kSlotBytes;
  return static_cast<std::size_t>(block) * kFilterBytes + static_cast<std::size_t>(within);
}

/// What fprop stores besides its result.
template <typename T>
struct SideOutput {
  T* pooled = nullptr;              ///< null for no pool
  std::uint8_t* winners = nullptr;  ///< null for the average
  /// A row of out_channels for each tile; null for none. Of 16-bit results only: the Gram products
  /// of the others are our own, and read the sums along.
  float* channel_sums = nullptr;
};

/// The style part of a layer's gradient as extra steps of the product: sum += t P F.
template <typename T>
struct StyleSteps {
  const T* f = nullptr;              ///< out_channels channels; null for none
  const unsigned char* p = nullptr;  ///< packed with one tap
  const float* p_scale = nullptr;    ///< in device memory: P = packed P * p_scale
  float style_scale = 1.0F;
};

/// How the host cuts a product into tiles: kTileChannels channels of rows x kTileColumns positions.
struct ConvGrid {
  unsigned groups;          ///< of channels, neighbours in the order of blocks: they share A
  unsigned columns, bands;  ///< of tiles
  int rows;                 ///< 16, or 4 where that would leave multiprocessors idle

  ConvGrid(int multiprocessors, const ConvShape& shape)
      : groups(static_cast<unsigned>(shape.out_channels / kTileChannels)),
        columns(ceil_div(static_cast<std::size_t>(shape.extent.width), kTileColumns)) {
    set_rows(shape, kMostTileRows);
    if (groups * tiles() < 2 * static_cast<std::size_t>(multiprocessors)) {
      set_rows(shape, kLeastTileRows);
    }
  }
  std::size_t tiles() const { return static_cast<std::size_t>(columns) * bands; }

 private:
  void set_rows(const ConvShape& shape, int tile_rows) {
    rows = tile_rows;
    bands = ceil_div(static_cast<std::size_t>(shape.extent.height),
                     static_cast<std::size_t>(tile_rows));
  }
};

/// No grid cuts a tensor of this shape into more tiles.
inline std::size_t most_conv_tiles(Shape shape) {
  const auto height = static_cast<std::size_t>(shape.height);
  const auto width = static_cast<std::size_t>(shape.width);
  return std::size_t{ceil_div(height, kLeastTileRows)} * ceil_div(width, kTileColumns);
}

/// Whether the fast kernel takes these channels.
constexpr bool is_fast(int in_channels, int out_channels) {
  return in_channels % kTileChannels == 0 && out_channels % kTileChannels == 0;
}

/// The style steps of `terms`; none if it has no style.
template <typename T>
StyleSteps<T> style_steps(const GradientTerms& terms) {
  if (!terms.style) return {};
  const StyleMatrix p(static_cast<const float*>(terms.style.p), terms.activations.shape.channels);
  return {elements<const T>(terms.activations), p.packed(), p.scale(), terms.style_scale};
}

/// out = epilogue(conv(in) + t P F). `filters` are packed with 9 taps. shape.in_channels may be 0:
/// then there is only t P F. GPUs below capability 8.0 run fp32 only.
template <typename T>
void conv3x3_fast(GpuDevice& device, Precision precision, const ConvShape& shape, const T* in,
                  const unsigned char* filters, const StyleSteps<T>& style,
                  const ConvEpilogue<T>& epilogue, const SideOutput<T>& side, T* out);

/// The same by wgmma, where has_wgmma<T>(): conv3x3_fast calls it.
template <typename T>
void conv3x3_wgmma(GpuDevice& device, const ConvShape& shape, const T* in,
                   const unsigned char* filters, const StyleSteps<T>& style,
                   const ConvEpilogue<T>& epilogue, const SideOutput<T>& side, T* out);

}  // namespace vggstyle::cuda

#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda/device/device_code.h"
#include "kernels/precision.h"
#include "kernels/tensor.h"

/// How a tensor lies in a GPU's memory: NHWC, that is, the channels of a position side by side, so
/// that a 16-byte access takes 8 (16-bit) or 4 (float32) of them. Three channels (the pixels) are
/// padded to four and always float32: they are small, and 0..255 wants more than 8 bits.
namespace vggstyle::cuda {

constexpr int kColors = 3;
constexpr int kPaddedColors = 4;

/// Elements from one position to the next.
constexpr int position_stride(int channels) {
  return channels == kColors ? kPaddedColors : channels;
}

/// The precision in which a tensor of so many channels is stored.
constexpr Precision stored_precision(Precision precision, int channels) {
  return channels == kColors ? Precision::kFloat32 : precision;
}

constexpr std::size_t element_bytes(Precision precision, int channels) {
  const Precision stored = stored_precision(precision, channels);
  return stored == Precision::kFloat16 || stored == Precision::kBfloat16 ? 2 : 4;
}

/// With the padding of three channels, which is 0 in every tensor.
inline std::size_t stored_elements(Shape shape) {
  return shape.positions() * static_cast<std::size_t>(position_stride(shape.channels));
}

inline std::size_t tensor_bytes(Precision precision, Shape shape) {
  const std::size_t bytes = stored_elements(shape) * element_bytes(precision, shape.channels);
  return (bytes + 255) / 256 * 256;
}

template <typename T>
T* elements(const Tensor& tensor) {
  return static_cast<T*>(tensor.data);
}

/// What a kernel sees of a tensor's shape.
struct Extent {
  int height, width;

  __host__ __device__ constexpr std::size_t positions() const {
    return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  }
};

}  // namespace vggstyle::cuda

#pragma once

#include <cstddef>
#include <functional>

#include "kernels/precision.h"
#include "kernels/tensor.h"

namespace vggstyle {

/// How a backend stores what it is given: enough to know the memory of a graph without making one,
/// and for a device that is not here.
struct StorageFacts {
  std::size_t activation_bytes;  ///< of an element of an activation or gradient
  std::size_t color_channels;    ///< float32 a position of a tensor of 3 channels takes
  int style_matrices;            ///< copies of a style layer's P, in float32
  /// Of the packed filters from `in` to so many channels, one direction.
  std::function<double(Shape in, int out_channels)> filter_bytes;
  /// Of such a convolution while it runs, either way.
  std::function<double(Shape in, int out_channels)> workspace_bytes;
};

/// kernels/cpu/
StorageFacts cpu_storage();

/// kernels/cuda/
inline StorageFacts gpu_storage(Precision precision) {
  const bool half = precision == Precision::kFloat16 || precision == Precision::kBfloat16;
  const std::size_t bytes = half ? 2 : sizeof(float);
  return {bytes, 4, 2,
          [bytes](Shape in, int out_channels) {
            return 9.0 * in.channels * out_channels *
                   static_cast<double>(in.channels == 3 ? sizeof(float) : bytes);
          },
          [](Shape, int) { return 0.0; }};
}

}  // namespace vggstyle

#pragma once

#include "kernels/precision.h"
#include "kernels/storage.h"

namespace vggstyle {

/// How the CUDA backend stores things in this precision, on any GPU.
inline StorageFacts gpu_storage(Precision precision) {
  const bool half = precision == Precision::kFloat16 || precision == Precision::kBfloat16;
  const std::size_t bytes = half ? 2 : sizeof(float);
  return {bytes,
          4,
          2,
          true,
          [bytes](Shape in, int out_channels, Padding) {
            return 9.0 * in.channels * out_channels *
                   static_cast<double>(in.channels == 3 ? sizeof(float) : bytes);
          },
          [](Shape, int, Padding) { return 0.0; }};
}

}  // namespace vggstyle

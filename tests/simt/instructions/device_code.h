#pragma once

/// What device code finds when the host compiler reads it (kernels/cuda/device/device_code.h): CUDA's
/// names with their documented meaning, run by the harness.

#include "tests/simt/instructions/half.h"
#include "tests/simt/instructions/intrinsics.h"
#include "tests/simt/instructions/vector_types.h"
#include "tests/simt/machine/harness.h"

namespace vggstyle::cuda {

template <typename T>
__forceinline__ T& dynamic_shared() {
  return *static_cast<T*>(simt::dynamic_shared(sizeof(T)));
}

template <typename T>
__forceinline__ T& static_shared() {
  static constexpr char key = 0;  // one address a type
  return *static_cast<T*>(simt::static_shared(&key, sizeof(T), alignof(T)));
}

}  // namespace vggstyle::cuda

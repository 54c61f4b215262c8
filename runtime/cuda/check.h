#pragma once

#include <cuda_runtime_api.h>

#include <string>

#include "runtime/error.h"

namespace vggstyle::cuda {

/// InternalError if a CUDA call failed; `what` is what was being done: "launching conv3x3". Work
/// runs behind the host's back, so the cause may be something that was issued earlier.
inline void check(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  // A failed call is also kept as the last error, where the next launch would find it.
  static_cast<void>(cudaGetLastError());
  throw InternalError("CUDA error at " + std::string(what) + ": " + cudaGetErrorString(error) +
                      " (" + cudaGetErrorName(error) +
                      "); CUDA_LAUNCH_BLOCKING=1 or compute-sanitizer shows where it comes from");
}

}  // namespace vggstyle::cuda

#pragma once

/// What every .cu file includes first. nvcc gets CUDA; the host compiler gets the SIMT harness
/// (tests/simt/), which gives the same names the documented meaning on the processor, so that the
/// same source runs, checked, on a machine without a GPU.
///
/// Two rules keep that possible: shared memory is one struct a kernel, reached through
/// dynamic_shared or static_shared; and instructions that CUDA C++ has no word for are functions of
/// kernels/cuda/device/ptx.h.

#ifdef __CUDACC__

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

namespace vggstyle::cuda {

/// The shared memory that the launch asked for (LaunchShape::shared_bytes >= sizeof(T)).
/// Uninitialised; aligned to 128 bytes.
template <typename T>
__device__ __forceinline__ T& dynamic_shared() {
  extern __shared__ __align__(128) unsigned char vggstyle_dynamic_shared[];
  return *reinterpret_cast<T*>(vggstyle_dynamic_shared);
}

/// Shared memory known when compiling, at most 48 KB. One per kernel and T.
template <typename T>
__device__ __forceinline__ T& static_shared() {
  __shared__ T storage;
  return storage;
}

}  // namespace vggstyle::cuda

#else
#include "simt/instructions/device_code.h"
#endif

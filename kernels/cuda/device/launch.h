#pragma once

#include "kernels/cuda/device/device_code.h"
#include "runtime/gpu_device.h"

#ifdef __CUDACC__
#include "runtime/cuda/check.h"
#endif

namespace vggstyle::cuda {

struct LaunchShape {
  dim3 grid;
  dim3 block;
  std::size_t shared_bytes = 0;  ///< dynamic shared memory
};

/// Runs `kernel` on the device's stream; the one way in which kernels are launched. `name` is for
/// messages and reports. Arguments are converted to the kernel's parameters. InternalError if the
/// launch is refused.
template <typename... Parameters, typename... Arguments>
void launch(GpuDevice& device, const char* name, void (*kernel)(Parameters...), LaunchShape shape,
            Arguments... arguments) {
#ifdef __CUDACC__
  if (shape.shared_bytes > 48 * 1024) {
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shape.shared_bytes)),
          name);
  }
  kernel<<<shape.grid, shape.block, shape.shared_bytes,
           static_cast<cudaStream_t>(device.stream())>>>(static_cast<Parameters>(arguments)...);
  check(cudaGetLastError(), name);
#else
  simt::launch(device, name, shape.grid, shape.block, shape.shared_bytes,
               [=] { kernel(static_cast<Parameters>(arguments)...); });
#endif
}

constexpr unsigned ceil_div(std::size_t a, std::size_t b) {
  return static_cast<unsigned>((a + b - 1) / b);
}

}  // namespace vggstyle::cuda

#include "runtime/cuda/cuda_probe.h"

#include <cuda_runtime_api.h>

#include "runtime/cuda/check.h"

namespace vggstyle::cuda {

static_assert(kErrorInsufficientDriver == cudaErrorInsufficientDriver);
static_assert(kErrorNoDevice == cudaErrorNoDevice);

GpuProbe::Driver CudaProbe::driver() {
  Driver driver;
  driver.needs = CUDART_VERSION;
  check(cudaDriverGetVersion(&driver.supports), "asking for the driver's version");
  if (const cudaError_t error = cudaGetDeviceCount(&driver.gpus); error != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    driver.gpus = 0;
    driver.error = error;
    driver.error_text = cudaGetErrorString(error);
  }
  return driver;
}

GpuProbe::Gpu CudaProbe::gpu(int index) {
  cudaDeviceProp properties;
  check(cudaGetDeviceProperties(&properties, index), "asking for a GPU's properties");
  Gpu gpu;
  gpu.name = properties.name;
  gpu.limits.capability = 10 * properties.major + properties.minor;
  gpu.limits.multiprocessors = properties.multiProcessorCount;
  gpu.limits.shared_bytes_per_block = properties.sharedMemPerBlockOptin;
  gpu.limits.shared_bytes_per_multiprocessor = properties.sharedMemPerMultiprocessor;
  gpu.limits.l2_bytes = static_cast<std::size_t>(properties.l2CacheSize);
  gpu.limits.memory_bytes = properties.totalGlobalMem;
  return gpu;
}

std::string CudaProbe::take(int index) {
  cudaError_t error = cudaSetDevice(index);
  // Before CUDA 12 the context came with the first call that needs one; asking for it is harmless.
  if (error == cudaSuccess) error = cudaFree(nullptr);
  if (error == cudaSuccess) return "";
  static_cast<void>(cudaGetLastError());
  return cudaGetErrorString(error);
}

std::size_t CudaProbe::free_memory() {
  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for free memory");
  return free;
}

void* CudaProbe::allocate(std::size_t bytes) {
  void* pointer = nullptr;
  const cudaError_t error = cudaMalloc(&pointer, bytes);
  if (error == cudaErrorMemoryAllocation) {
    static_cast<void>(cudaGetLastError());
    return nullptr;
  }
  check(error, "allocating memory");
  return pointer;
}

GpuSurvey survey_gpus() {
  CudaProbe probe;
  return survey_gpus(probe, VGGSTYLE_CUDA_ARCHITECTURES);
}

}  // namespace vggstyle::cuda

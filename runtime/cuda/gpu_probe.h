#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "runtime/gpu_device.h"

namespace vggstyle::cuda {

/// The few calls that decide whether a GPU can be used and what fits it: real in cuda_probe.h, made
/// up in the tests, which so can have every broken driver. No call fails: they say what they found.
class GpuProbe {
 public:
  virtual ~GpuProbe() = default;

  /// A CUDA version as CUDA writes it: 1000 * major + 10 * minor.
  struct Driver {
    int supports = 0;        ///< the newest that the driver knows; 0 if there is no driver
    int needs = 0;           ///< the one that this program was built with
    int gpus = 0;            ///< how many it shows
    int error = 0;           ///< cudaError_t of counting them
    std::string error_text;  ///< what CUDA says of that
  };
  virtual Driver driver() = 0;

  struct Gpu {
    std::string name;
    GpuLimits limits;
  };
  /// `index` is below Driver::gpus.
  virtual Gpu gpu(int index) = 0;

  /// Takes the GPU for this process (some hundred milliseconds) and makes it the current one of
  /// this thread. Empty, or what CUDA says if it cannot be taken.
  virtual std::string take(int index) = 0;
  /// Bytes that are free on the current GPU.
  virtual std::size_t free_memory() = 0;
  /// Null if that much is not free.
  virtual void* allocate(std::size_t bytes) = 0;
};

/// What Driver::error can be that has a sentence of its own: values of cudaError_t, which stay.
constexpr int kErrorInsufficientDriver = 35;
constexpr int kErrorNoDevice = 100;

}  // namespace vggstyle::cuda

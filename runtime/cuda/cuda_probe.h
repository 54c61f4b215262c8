#pragma once

#include "runtime/cuda/gpu_probe.h"
#include "runtime/cuda/gpu_selection.h"

namespace vggstyle::cuda {

/// The GPUs that the driver shows, through the CUDA runtime.
class CudaProbe final : public GpuProbe {
 public:
  Driver driver() override;
  Gpu gpu(int index) override;
  std::string take(int index) override;
  std::size_t free_memory() override;
  void* allocate(std::size_t bytes) override;
};

/// survey_gpus of this machine, for the architectures that this program was compiled for.
GpuSurvey survey_gpus();

}  // namespace vggstyle::cuda

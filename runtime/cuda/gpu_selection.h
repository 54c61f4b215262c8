#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/cuda/gpu_probe.h"
#include "runtime/gpu_device.h"

namespace vggstyle::cuda {

struct GpuFacts {
  int index = 0;
  std::string name;
  GpuLimits limits;
  std::string problem;  ///< why it cannot be used, without a full stop; empty if it can

  std::string id() const { return "cuda:" + std::to_string(index); }
  bool usable() const { return problem.empty(); }
};

/// What there is of GPUs.
struct GpuSurvey {
  std::string driver;   ///< the newest CUDA that the driver supports: "13.0"; empty if none
  std::string problem;  ///< why there are no GPUs; empty if there are some
  std::vector<GpuFacts> gpus;

  /// The first usable GPU, null if there is none.
  const GpuFacts* first_usable() const&;
  const GpuFacts* first_usable() && = delete;  // it points into the survey
  /// Why first_usable() is null.
  std::string why_none() const;
};

/// The oldest GPUs that the kernels are written for (Turing).
constexpr int kLeastCapability = 75;

/// `architectures` is what this program was compiled for, each as CMAKE_CUDA_ARCHITECTURES writes
/// it: "75-real,90a-real,120".
GpuSurvey survey_gpus(GpuProbe& probe, std::string_view architectures);

/// InputError, in one sentence, if there is no such GPU or it cannot be used.
const GpuFacts& select_gpu(const GpuSurvey& survey, int index);
const GpuFacts& select_gpu(GpuSurvey&& survey, int index) = delete;  // it is in the survey

/// Whether a program compiled for `architectures` has code for a GPU of `capability`. Machine code
/// ("86-real") runs on the same major version from its minor version on; code for one architecture
/// ("90a-real") on that one only; PTX ("120" has both, "120-virtual" only that) on anything newer.
bool runs_on(std::string_view architectures, int capability);
/// Whether it has code for that GPU alone ("90a"), with instructions that later ones lack.
bool has_specific_code(std::string_view architectures, int capability);

/// Memory of the current GPU, aligned to 256 bytes. InputError with what was asked for, what is
/// free, and what would fit.
void* allocate_memory(GpuProbe& probe, const GpuFacts& gpu, std::size_t bytes);

}  // namespace vggstyle::cuda

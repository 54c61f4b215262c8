// Stands in for the CUDA backend in builds without it: no GPU, and why.

#include "kernels/cuda/backend.h"
#include "runtime/cuda/cuda_device.h"
#include "runtime/cuda/cuda_probe.h"
#include "runtime/error.h"

namespace vggstyle {
namespace cuda {

GpuSurvey survey_gpus() {
  GpuSurvey survey;
  survey.problem =
      "this program was built without CUDA; build it where the CUDA toolkit is (cmake --preset "
      "cuda)";
  return survey;
}

std::unique_ptr<GpuDevice> make_cuda_device(int index) {
  const GpuSurvey survey = survey_gpus();
  select_gpu(survey, index);
  throw InternalError("a GPU in a build without CUDA");
}

}  // namespace cuda

std::unique_ptr<Backend> make_cuda_backend(GpuDevice&, const CudaBackendOptions&) {
  throw InternalError("a CUDA backend in a build without CUDA");
}

}  // namespace vggstyle

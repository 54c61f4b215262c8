// What runtime/cuda/ is for the tool, with the SIMT harness as the only GPU.

#include "runtime/cuda/cuda_device.h"
#include "runtime/cuda/cuda_probe.h"
#include "tests/simt/machine/device.h"

namespace vggstyle::cuda {

GpuSurvey survey_gpus() {
  const auto device = simt::make_simt_device();
  GpuSurvey survey;
  survey.gpus.push_back({0, device->name(), device->limits(), ""});
  return survey;
}

std::unique_ptr<GpuDevice> make_cuda_device(int index) {
  const GpuSurvey survey = survey_gpus();
  select_gpu(survey, index);
  return simt::make_simt_device();
}

}  // namespace vggstyle::cuda

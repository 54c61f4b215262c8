// The fast Gram sums (gram_fast.cuh) in every precision.

#include "kernels/cuda/style/gram_fast.cuh"

namespace vggstyle::cuda {

template <>
void gram_fast(GpuDevice& device, Precision precision, const GramProblem<float>& problem) {
  if (precision == Precision::k3xTf32) {
    launch_gram<Tf32Gram<SplitTf32Mma>>(device, "gram_3xtf32", problem);
  } else {
    launch_gram<FfmaGram>(device, "gram_fp32", problem);
  }
}

template <>
void gram_fast(GpuDevice& device, Precision, const GramProblem<Tf32>& problem) {
  launch_gram<Tf32Gram<Tf32Mma>>(device, "gram_tf32", problem);
}

template <>
void gram_fast(GpuDevice& device, Precision, const GramProblem<__half>& problem) {
  launch_gram<HalfGram<Float16Mma>>(device, "gram_fp16", problem);
}

template <>
void gram_fast(GpuDevice& device, Precision, const GramProblem<__nv_bfloat16>& problem) {
  launch_gram<HalfGram<Bfloat16Mma>>(device, "gram_bf16", problem);
}

}  // namespace vggstyle::cuda

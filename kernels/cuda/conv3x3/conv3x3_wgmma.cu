// The fast 3x3 convolution by wgmma (conv3x3_wgmma.cuh): tf32, fp16, bf16.

#include "kernels/cuda/conv3x3/conv3x3_wgmma.cuh"

namespace vggstyle::cuda {

template <>
void conv3x3_wgmma(GpuDevice& device, const ConvShape& shape, const Tf32* in,
                   const unsigned char* filters, const StyleSteps<Tf32>& style,
                   const ConvEpilogue<Tf32>& epilogue, const SideOutput<Tf32>& side, Tf32* out) {
  launch_wgmma(device, "conv3x3_wgmma_tf32", shape, in, filters, style, epilogue, side, out);
}

template <>
void conv3x3_wgmma(GpuDevice& device, const ConvShape& shape, const __half* in,
                   const unsigned char* filters, const StyleSteps<__half>& style,
                   const ConvEpilogue<__half>& epilogue, const SideOutput<__half>& side,
                   __half* out) {
  launch_wgmma(device, "conv3x3_wgmma_fp16", shape, in, filters, style, epilogue, side, out);
}

template <>
void conv3x3_wgmma(GpuDevice& device, const ConvShape& shape, const __nv_bfloat16* in,
                   const unsigned char* filters, const StyleSteps<__nv_bfloat16>& style,
                   const ConvEpilogue<__nv_bfloat16>& epilogue,
                   const SideOutput<__nv_bfloat16>& side, __nv_bfloat16* out) {
  launch_wgmma(device, "conv3x3_wgmma_bf16", shape, in, filters, style, epilogue, side, out);
}

}  // namespace vggstyle::cuda

// The fast 3x3 convolution (conv3x3_fast.cuh) for 16 bits in memory: fp16, bf16.

#include "kernels/cuda/conv3x3/conv3x3_fast.cuh"

namespace vggstyle::cuda {
namespace {

template <int kWarpRows>
using Float16 = TensorCores<Float16Mma, kWarpRows>;
template <int kWarpRows>
using Bfloat16 = TensorCores<Bfloat16Mma, kWarpRows>;

}  // namespace

template <>
void conv3x3_fast(GpuDevice& device, Precision, const ConvShape& shape, const __half* in,
                  const unsigned char* filters, const StyleSteps<__half>& style,
                  const ConvEpilogue<__half>& epilogue, const SideOutput<__half>& side,
                  __half* out) {
  launch_conv3x3<Float16>(device, "conv3x3_fp16", shape, in, filters, style, epilogue, side, out);
}

template <>
void conv3x3_fast(GpuDevice& device, Precision, const ConvShape& shape, const __nv_bfloat16* in,
                  const unsigned char* filters, const StyleSteps<__nv_bfloat16>& style,
                  const ConvEpilogue<__nv_bfloat16>& epilogue,
                  const SideOutput<__nv_bfloat16>& side, __nv_bfloat16* out) {
  launch_conv3x3<Bfloat16>(device, "conv3x3_bf16", shape, in, filters, style, epilogue, side, out);
}

}  // namespace vggstyle::cuda

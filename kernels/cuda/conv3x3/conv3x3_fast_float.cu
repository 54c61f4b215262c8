// The fast 3x3 convolution (conv3x3_fast.cuh) for 32 bits in memory: fp32, tf32, 3xtf32.

#include "kernels/cuda/conv3x3/conv3x3_fast.cuh"

namespace vggstyle::cuda {
namespace {

template <int kWarpRows>
using OnceTf32 = TensorCores<Tf32Mma, kWarpRows>;
template <int kWarpRows>
using SplitTf32 = TensorCores<SplitTf32Mma, kWarpRows>;

}  // namespace

template <>
void conv3x3_fast(GpuDevice& device, Precision, const ConvShape& shape, const Tf32* in,
                  const unsigned char* filters, const StyleSteps<Tf32>& style,
                  const ConvEpilogue<Tf32>& epilogue, const SideOutput<Tf32>& side, Tf32* out) {
  launch_conv3x3<OnceTf32>(device, "conv3x3_tf32", shape, in, filters, style, epilogue, side, out);
}

template <>
void conv3x3_fast(GpuDevice& device, Precision precision, const ConvShape& shape, const float* in,
                  const unsigned char* filters, const StyleSteps<float>& style,
                  const ConvEpilogue<float>& epilogue, const SideOutput<float>& side, float* out) {
  if (precision == Precision::k3xTf32) {
    launch_conv3x3<SplitTf32>(device, "conv3x3_3xtf32", shape, in, filters, style, epilogue, side,
                              out);
  } else {
    launch_conv3x3<Ffma>(device, "conv3x3_fp32", shape, in, filters, style, epilogue, side, out);
  }
}

}  // namespace vggstyle::cuda

#pragma once

#include <cstdio>
#include <vector>

#include "kernels/cuda/blas.h"
#include "kernels/precision.h"
#include "runtime/gpu_device.h"

namespace vggstyle {

struct KernelBenchOptions {
  std::vector<int> sizes = {512};  ///< pictures are square; the first one is that of the kernels
  std::vector<Precision> precisions = {Precision::kFloat32, Precision::kTf32, Precision::kFloat16,
                                       Precision::kBfloat16};
  int layers = 13;   ///< of VGG-16, from the pixels upwards
  int repeats = 20;  ///< after one that warms up
  bool plain_kernels = false;
  cuda::Blas* blas = nullptr;  ///< whose Gram product is timed beside ours; null for none
};

/// Prints tables, one line a measurement with fields between tabs: every operation on every layer
/// of VGG-16, then one value and gradient and one L-BFGS iteration of 13 layers, `both`, at each
/// size. Times are medians of the GPU's own clock for operations, of the wall's for the rest, on
/// random data. FLOPs and bytes are those that the operation cannot do without.
void run_kernel_bench(GpuDevice& device, const KernelBenchOptions& options, std::FILE* out);

}  // namespace vggstyle

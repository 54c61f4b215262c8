#pragma once

#include <cstdio>
#include <filesystem>
#include <vector>

#include "kernels/cuda/library/blas.h"
#include "kernels/cuda/library/dnn.h"
#include "kernels/precision.h"
#include "runtime/gpu_device.h"

namespace vggstyle {

struct KernelBenchOptions {
  std::vector<int> sizes = {512};  ///< pictures are square; the first one is that of the operations
  bool operations = true;          ///< whether each is timed by itself, with the ceilings
  bool evaluations = true;         ///< whether whole values and gradients, and iterations, are
  std::vector<Precision> precisions = {Precision::kFloat32, Precision::kTf32, Precision::kFloat16,
                                       Precision::kBfloat16};
  int layers = 13;    ///< of VGG-16, from the pixels upwards
  int repeats = 20;   ///< after one that warms up
  int in_a_row = 20;  ///< operations in one recorded graph (OperationBenchOptions)
  bool plain_kernels = false;
  cuda::Blas* blas = nullptr;  ///< whose Gram product is timed beside ours; null for none
  cuda::Dnn* dnn = nullptr;    ///< whose convolutions are, likewise
  std::size_t copy_bytes = std::size_t{1} << 30U;  ///< far more than any cache
  int product_size = 8192;  ///< of the square matrices that measure the ceiling of products
  int long_run = 0;  ///< L-BFGS iterations that are timed as one, at the first size; 0 for none
  /// Gets what another program needs to compute the same (bench/pytorch_gpu.py); empty for nothing.
  std::filesystem::path save;
};

/// Prints tables, one line a measurement with fields between tabs: the ceilings (bytes that a plain
/// copy reads and writes, cuBLAS' square products), every operation on every layer of VGG-16, then
/// one value and gradient and one L-BFGS iteration of 13 layers, `both`, at each size. Times are
/// medians of the GPU's own clock for operations (replayed on the same memory, and with a cold L2),
/// of the wall's for the rest, on random data. FLOPs and bytes are those that the operation cannot
/// do without. Lines are flushed as they are known.
///
/// `save` gets float32 files: weights.f32 (each layer's kernel, O x I x 3 x 3, and bias) and, for
/// each size S, start-S.f32, style-S.f32 and, of each precision P, gradient-P-S.f32 (3 x S x S).
void run_kernel_bench(GpuDevice& device, const KernelBenchOptions& options, std::FILE* out);

}  // namespace vggstyle

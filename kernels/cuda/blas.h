#pragma once

#include <cstddef>
#include <memory>

#include "runtime/gpu_device.h"

namespace vggstyle::cuda {

/// How numbers lie in memory: activations and gradients.
enum class Storage { kFloat32, kFloat16, kBfloat16 };

/// cuBLAS, with which the benchmark of kernels (bench/kernel_bench.h) compares ours; blas.cpp is
/// the one place where it is called. The SIMT harness has a plain one (tests/simt/blas.cpp). Fixed
/// workspace, no atomics: same bytes every time.
class Blas {
 public:
  virtual ~Blas() = default;

  /// out[i, j] = sum_m f[m, i] f[m, j], C x C row-major float32, for f of M x C row-major in
  /// `storage`: the Gram matrix of an NHWC tensor. Float32 sums; float32 inputs are multiplied in
  /// tf32 if `tf32`.
  virtual void gram(Storage storage, bool tf32, const void* f, std::size_t positions, int channels,
                    float* out) = 0;
};

/// On `device`, which outlives it. InternalError if cuBLAS cannot be started.
std::unique_ptr<Blas> make_blas(GpuDevice& device);

}  // namespace vggstyle::cuda

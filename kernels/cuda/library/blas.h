#pragma once

#include <cstddef>
#include <memory>

#include "runtime/gpu_device.h"

namespace vggstyle::cuda {

/// How numbers lie in memory: activations and gradients.
enum class Storage { kFloat32, kFloat16, kBfloat16 };

/// cuBLAS, for --gram-product cublas and for comparison; blas.cpp is the one place where it is
/// called. The SIMT harness has a plain one (tests/simt/library/blas.cpp). Fixed workspace, no atomics:
/// same bytes every time.
class Blas {
 public:
  virtual ~Blas() = default;

  /// out[p] = F^T F of the p-th run of `positions` positions, for `runs` runs one after another:
  /// each C x C float32, whole and symmetric but for rounding. `f` is positions x channels, row by
  /// row; tf32 applies to float32 storage.
  virtual void gram(Storage storage, bool tf32, const void* f, std::size_t positions,
                    std::size_t runs, int channels, float* out) = 0;
};

/// On `device`, which outlives it. InputError if this program was built without cuBLAS,
/// InternalError if it cannot be started.
std::unique_ptr<Blas> make_blas(GpuDevice& device);

}  // namespace vggstyle::cuda

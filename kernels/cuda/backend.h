#pragma once

#include <memory>

#include "kernels/backend.h"
#include "kernels/precision.h"
#include "runtime/gpu_device.h"

namespace vggstyle {

struct CudaBackendOptions {
  Precision precision = Precision::kFloat32;
  /// The plain kernel of each operation: slow, and the one to read first.
  bool plain_kernels = false;
  /// Convolutions between activations by cuDNN, to compare with; not in 3xtf32.
  bool cudnn = false;
  /// Gram products by cuBLAS, to compare with; in fp16 and bf16 only. Ours take a shift off float32
  /// activations on the way, which is what keeps centred matrices accurate (style_layer.h).
  bool cublas = false;
};

/// The kernels of kernels/cuda/ on `device`, which outlives the backend. Everything that is added
/// up is added up in a fixed order: the same bytes from run to run, and on every GPU for the plain
/// kernels. Error against float64, relative norm, for each operation: fp32 and 3xtf32 1e-5, tf32
/// 1e-3, fp16 2e-3, bf16 1.5e-2. InputError below capability 8.0 for anything but fp32, and for a
/// library that this program was built without or that does not have the precision.
std::unique_ptr<Backend> make_cuda_backend(GpuDevice& device, const CudaBackendOptions& options);

}  // namespace vggstyle

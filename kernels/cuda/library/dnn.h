#pragma once

#include <memory>

#include "kernels/precision.h"
#include "kernels/tensor.h"
#include "runtime/gpu_device.h"

namespace vggstyle::cuda {

/// One 3x3 convolution, stride 1, zero padding 1, from NHWC to NHWC, with nothing added.
class DnnConvolution {
 public:
  virtual ~DnnConvolution() = default;

  virtual std::size_t workspace_bytes() const = 0;
  /// `filters` are [out channel][tap][in channel]; all pointers are device memory, in the storage
  /// of the precision. Sums are float32.
  virtual void run(const void* in, const void* filters, void* out, void* workspace) = 0;
};

/// cuDNN, for --conv cudnn: what our convolutions are compared with. dnn.cpp is the one place where
/// it is called; the SIMT harness has a plain one (tests/simt/library/dnn.cpp). The algorithm is fixed and
/// deterministic: same bytes every time.
class Dnn {
 public:
  virtual ~Dnn() = default;

  /// InputError for a precision that cuDNN does not have (3xtf32).
  virtual std::unique_ptr<DnnConvolution> make_convolution(Precision precision, Shape in,
                                                           int out_channels) = 0;
};

/// On `device`, which outlives it. InputError if this program was built without cuDNN,
/// InternalError if it cannot be started.
std::unique_ptr<Dnn> make_dnn(GpuDevice& device);

}  // namespace vggstyle::cuda

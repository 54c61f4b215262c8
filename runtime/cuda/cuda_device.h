#pragma once

#include <memory>

#include "runtime/gpu_device.h"

namespace vggstyle::cuda {

/// GPU `index` of the driver's list. It becomes the current GPU of the calling thread, which is to
/// use it alone, and no other GPU beside it. What it makes (graphs, stopwatches) must not outlive
/// it. InputError, in one sentence, if there is none, it cannot be used, or others keep it.
std::unique_ptr<GpuDevice> make_cuda_device(int index);

}  // namespace vggstyle::cuda

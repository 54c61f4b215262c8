#pragma once

#include <memory>

#include "runtime/device.h"

namespace vggstyle {

/// The processor as a device. `threads` 0 means every core that this process may use. The number
/// of threads never changes a result's bytes. InputError if `threads` is negative or above 1024.
std::unique_ptr<Device> make_cpu_device(int threads = 0);

/// The cores that this process may use.
int usable_cores();

}  // namespace vggstyle

#pragma once

#include <vector>

#include "runtime/gpu_device.h"
#include "tests/simt/machine/device.h"

/// What the tests of the harness share.
namespace vggstyle::simt {

/// Device memory with the given values.
template <typename T>
Buffer uploaded(GpuDevice& device, const std::vector<T>& values) {
  Buffer buffer(device, values.size() * sizeof(T));
  device.upload(buffer.data(), values.data(), buffer.bytes());
  return buffer;
}

template <typename T>
std::vector<T> downloaded(GpuDevice& device, const Buffer& buffer) {
  std::vector<T> values(buffer.bytes() / sizeof(T));
  device.download(values.data(), buffer.data(), buffer.bytes());
  return values;
}

}  // namespace vggstyle::simt

#include "runtime/device.h"

#include <utility>

namespace vggstyle {

Buffer::Buffer(Device& device, std::size_t bytes)
    : device_(&device), data_(device.allocate(bytes)), bytes_(bytes) {}

Buffer::Buffer(Buffer&& other) noexcept
    : device_(other.device_),
      data_(std::exchange(other.data_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Buffer::~Buffer() {
  if (data_ != nullptr) device_->free(data_);
}

std::string with_threads(const Device& device) {
  if (device.id() != "cpu") return device.name();
  const int threads = device.threads();
  return device.name() + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

}  // namespace vggstyle

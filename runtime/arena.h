#pragma once

#include <cstddef>

#include "runtime/device.h"

namespace vggstyle {

/// All memory of a run in one allocation: first everybody adds what they need, then the arena is
/// allocated once, so that a run that does not fit fails before it starts.
class Arena {
 public:
  /// Reserves `bytes`; returns their offset, a multiple of 256. Only before allocate().
  std::size_t add(std::size_t bytes) {
    const std::size_t offset = total_;
    total_ += (bytes + 255) / 256 * 256;
    return offset;
  }
  std::size_t total() const { return total_; }

  /// One allocation of total() bytes; InputError when it does not fit.
  void allocate(Device& device) { buffer_ = Buffer(device, total_); }

  template <typename T>
  T* at(std::size_t offset) const {
    return reinterpret_cast<T*>(buffer_.as<std::byte>() + offset);
  }

 private:
  std::size_t total_ = 0;
  Buffer buffer_;
};

}  // namespace vggstyle

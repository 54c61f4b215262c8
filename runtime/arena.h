#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "runtime/device.h"

namespace vggstyle {

/// All memory of a run in one allocation: first everybody adds what they need, then the arena is
/// allocated once, so that a run that does not fit fails before it starts.
class Arena {
 public:
  std::size_t total() const { return total_; }

  /// Reserves `bytes` for `pointer`, which allocate() sets; until then it must not move.
  template <typename T>
  void reserve(T*& pointer, std::size_t bytes) {
    const std::size_t offset = add(bytes);
    pointers_.push_back([&pointer, offset](std::byte* base) {
      pointer = reinterpret_cast<T*>(static_cast<void*>(base + offset));
    });
  }

  /// One allocation of total() bytes; InputError when it does not fit.
  void allocate(Device& device) {
    buffer_ = Buffer(device, total_);
    for (const auto& set : pointers_) set(buffer_.as<std::byte>());
    pointers_.clear();
  }

 private:
  /// Returns the offset of `bytes`, a multiple of 256.
  std::size_t add(std::size_t bytes) {
    const std::size_t offset = total_;
    total_ += (bytes + 255) / 256 * 256;
    return offset;
  }

  std::size_t total_ = 0;
  std::vector<std::function<void(std::byte*)>> pointers_;
  Buffer buffer_;
};

}  // namespace vggstyle

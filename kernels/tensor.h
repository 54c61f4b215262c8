#pragma once

#include <cstddef>

namespace vggstyle {

struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;

  std::size_t positions() const {
    return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  }
  std::size_t elements() const { return static_cast<std::size_t>(channels) * positions(); }
  bool operator==(const Shape&) const = default;
};

/// A view of activations or gradients, channels x height x width, in device memory that somebody
/// else owns. Only the backend knows the type and the order of the elements (Backend::tensor_bytes,
/// read, write); to everybody else a tensor is opaque. `data` null means "none".
struct Tensor {
  Shape shape;
  void* data = nullptr;

  explicit operator bool() const { return data != nullptr; }
};

}  // namespace vggstyle

#pragma once

#include <cstddef>
#include <vector>

namespace vggstyle::reference {

/// Channels x height x width in float64, row-major.
struct Tensor {
  int channels = 0, height = 0, width = 0;
  std::vector<double> data;

  Tensor() = default;
  Tensor(int c, int h, int w)
      : channels(c),
        height(h),
        width(w),
        data(static_cast<std::size_t>(c) * static_cast<std::size_t>(h) *
             static_cast<std::size_t>(w)) {}

  std::size_t index(int c, int y, int x) const {
    return (static_cast<std::size_t>(c) * static_cast<std::size_t>(height) +
            static_cast<std::size_t>(y)) *
               static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x);
  }
  double& at(int c, int y, int x) { return data[index(c, y, x)]; }
  double at(int c, int y, int x) const { return data[index(c, y, x)]; }
  int positions() const { return height * width; }
};

}  // namespace vggstyle::reference

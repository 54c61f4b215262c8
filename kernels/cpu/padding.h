#pragma once

#include <algorithm>
#include <cstddef>

#include "kernels/cpu/layout.h"
#include "kernels/padding.h"

/// A tensor and the same with one padded position on every side, as memory: for what cannot read
/// outside by itself.
namespace vggstyle::cpu {

inline Shape with_border(Shape shape) {
  return {shape.channels, shape.height + 2, shape.width + 2};
}

/// padded = in with its border; planar.
inline void pad_planes(Padding padding, const Tensor& in, const Tensor& padded) {
  const int height = in.shape.height, width = in.shape.width;
  float* to = elements(padded);
  for (int c = 0; c < in.shape.channels; ++c) {
    const float* plane = elements(in) + static_cast<std::size_t>(c) * in.shape.positions();
    for (int y = -1; y <= height; ++y) {
      const int row = padded_index(padding, y, height);
      for (int x = -1; x <= width; ++x) {
        const int column = padded_index(padding, x, width);
        *to++ = row < 0 || column < 0 ? 0.0F : plane[row * width + column];
      }
    }
  }
}

/// The adjoint of padding: d = the gradient `padded` of a tensor with its border, what is outside
/// added to where it was read. Every sum has a fixed order.
inline void add_border_back(Padding padding, const Tensor& padded, const Tensor& d) {
  const int height = d.shape.height, width = d.shape.width;
  const int step = is_blocked(d.shape) ? kBlock : 1;
  const int planes = d.shape.channels / step;
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(width) * step;
  const std::ptrdiff_t padded_row = row + 2 * step;
  const int left = padded_index(padding, -1, width) * step;
  const int right = padded_index(padding, width, width) * step;
#pragma omp parallel for collapse(2) schedule(static)
  for (int plane = 0; plane < planes; ++plane) {
    for (int y = 0; y < height; ++y) {
      float* to = elements(d) + (static_cast<std::ptrdiff_t>(plane) * height + y) * row;
      std::fill_n(to, row, 0.0F);
      for (const int from_y : {y, -1, height}) {
        if (padded_index(padding, from_y, height) != y) continue;
        const float* from =
            elements(padded) +
            (static_cast<std::ptrdiff_t>(plane) * (height + 2) + from_y + 1) * padded_row;
        for (std::ptrdiff_t i = 0; i < row; ++i) to[i] += from[step + i];
        for (int lane = 0; lane < step; ++lane) {
          to[left + lane] += from[lane];
          to[right + lane] += from[step + row + lane];
        }
      }
    }
  }
}

}  // namespace vggstyle::cpu

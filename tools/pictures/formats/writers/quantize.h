#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// A pixel value of 0..255 as a whole number of steps, 255 or 65535 of them: clamped and rounded to the
/// nearest; NaN is 0.
inline unsigned quantize(float value, float steps) {
  if (!(value > 0)) return 0;
  return static_cast<unsigned>(std::min(value, 255.0f) * (steps / 255.0f) + 0.5f);
}

/// Row `y` as interleaved RGB of 8 bits, or of 16 in the machine's order of bytes; `out` has room.
template <typename T>
void quantize_row(const Picture& picture, std::size_t y, T* out) {
  const auto width = static_cast<std::size_t>(picture.width);
  for (std::size_t x = 0; x < width; ++x) {
    for (int c = 0; c < 3; ++c) {
      *out++ = static_cast<T>(
          quantize(picture.plane(c)[y * width + x], sizeof(T) == 1 ? 255.0f : 65535.0f));
    }
  }
}

}  // namespace vggstyle

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

/// Channels of a file: RGB, and with `alpha` RGBA.
inline int channels_with(const Picture* alpha) {
  return alpha != nullptr ? 4 : 3;
}

/// Row `y` as interleaved RGB, or with `alpha` (grey, of the same size) RGBA, of 8 bits, or of 16 in the
/// machine's order of bytes; `out` has room.
template <typename T>
void quantize_row(const Picture& picture, const Picture* alpha, std::size_t y, T* out) {
  const auto width = static_cast<std::size_t>(picture.width);
  const auto put = [&out](float value) {
    *out++ = static_cast<T>(quantize(value, sizeof(T) == 1 ? 255.0f : 65535.0f));
  };
  for (std::size_t i = y * width; i < (y + 1) * width; ++i) {
    for (int c = 0; c < 3; ++c) put(picture.plane(c)[i]);
    if (alpha != nullptr) put(alpha->plane(0)[i]);
  }
}

}  // namespace vggstyle

#pragma once

#include <algorithm>

namespace vggstyle {

/// A pixel value of 0..255 as a whole number of steps, 255 or 65535 of them: clamped and rounded to the
/// nearest; NaN is 0.
inline unsigned quantize(float value, float steps) {
  if (!(value > 0)) return 0;
  return static_cast<unsigned>(std::min(value, 255.0f) * (steps / 255.0f) + 0.5f);
}

}  // namespace vggstyle

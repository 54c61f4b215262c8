#include "tools/pictures/continued.h"

#include <algorithm>

#include "tools/pictures/resize.h"

namespace vggstyle {
namespace {

constexpr float kOpaque = 255.0F;
constexpr float kMiddle = 0.5F * kOpaque;
constexpr float kNarrow = 0.5F;

Picture halved(const Picture& picture) {
  return widened(
      resize(narrowed(picture), std::max(1, picture.width / 2), std::max(1, picture.height / 2)));
}

}  // namespace

Picture narrowed(Picture picture) {
  for (float& value : picture.rgb) value = kMiddle + kNarrow * (value - kMiddle);
  return picture;
}

Picture widened(Picture picture) {
  for (float& value : picture.rgb) value = kMiddle + (value - kMiddle) / kNarrow;
  return picture;
}

Picture continued(const Picture& on_black, const Picture& alpha) {
  constexpr float kNothing = 1e-3F;  // what rounding leaves of an alpha of 0
  Picture result = on_black;
  const bool is_last = alpha.width == 1 && alpha.height == 1;
  Picture behind = Picture::black(alpha.width, alpha.height);
  if (!is_last) {
    behind = resize(continued(halved(on_black), halved(alpha)), alpha.width, alpha.height);
  }
  for (std::size_t i = 0; i < result.rgb.size(); ++i) {
    const float covered = alpha.rgb[i] / kOpaque;
    float& value = result.rgb[i];
    if (is_last) {
      value = covered > kNothing ? value / covered : 0;
    } else {
      value += (1 - covered) * behind.rgb[i];
    }
    value = std::clamp(value, 0.0F, kOpaque);
  }
  return result;
}

}  // namespace vggstyle

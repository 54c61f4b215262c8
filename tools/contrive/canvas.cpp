#include "tools/contrive/canvas.h"

#include <utility>

namespace vggstyle::contrived {

Rgb Canvas::sample(Point p) const {
  const double x = std::clamp(p.x * unit_ - 0.5, 0.0, picture_.width - 1.0);
  const double y = std::clamp(p.y * unit_ - 0.5, 0.0, picture_.height - 1.0);
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const int right = std::min(left + 1, picture_.width - 1);
  const int bottom = std::min(top + 1, picture_.height - 1);
  return blend(blend(at(left, top), at(right, top), x - left),
               blend(at(left, bottom), at(right, bottom), x - left), y - top);
}

Picture Canvas::finish() && {
  for (float& value : picture_.rgb) value = std::clamp(value, 0.0f, 255.0f);
  return std::move(picture_);
}

}  // namespace vggstyle::contrived

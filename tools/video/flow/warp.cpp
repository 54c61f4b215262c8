#include "tools/video/flow/warp.h"

#include <algorithm>
#include <cmath>

#include "runtime/error.h"

namespace vggstyle {

float sample(const float* plane, int width, int height, float x, float y) {
  const float at_x = std::clamp(x, 0.0F, static_cast<float>(width - 1));
  const float at_y = std::clamp(y, 0.0F, static_cast<float>(height - 1));
  const int left = static_cast<int>(at_x), top = static_cast<int>(at_y);
  const int right = std::min(left + 1, width - 1), bottom = std::min(top + 1, height - 1);
  const float u = at_x - static_cast<float>(left), v = at_y - static_cast<float>(top);
  const auto value = [&](int row, int column) {
    return plane[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
                 static_cast<std::size_t>(column)];
  };
  const float upper = value(top, left) + u * (value(top, right) - value(top, left));
  const float lower = value(bottom, left) + u * (value(bottom, right) - value(bottom, left));
  return upper + v * (lower - upper);
}

Picture warp(const Picture& picture, const Flow& flow) {
  if (flow.width != picture.width || flow.height != picture.height) {
    throw InternalError("a picture is moved along a flow of another size");
  }
  Picture result = Picture::black(picture.width, picture.height);
  for (int c = 0; c < 3; ++c) {
    const float* from = picture.plane(c);
    float* to = result.plane(c);
    std::size_t i = 0;
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x, ++i) {
        to[i] = sample(from, picture.width, picture.height, static_cast<float>(x) + flow.dx[i],
                       static_cast<float>(y) + flow.dy[i]);
      }
    }
  }
  return result;
}

}  // namespace vggstyle

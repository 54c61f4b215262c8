#include "tools/video/flow/occlusion.h"

#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "tools/video/flow/warp.h"

namespace vggstyle {
namespace {

float squared(float x, float y) {
  return x * x + y * y;
}

/// Whether the pixel `i` at (x, y) has no counterpart in the last frame.
bool is_disoccluded(const Flow& from_last, const Flow& to_last, int x, int y, std::size_t i) {
  const float dx = to_last.dx[i], dy = to_last.dy[i];
  const float at_x = static_cast<float>(x) + dx, at_y = static_cast<float>(y) + dy;
  const int width = to_last.width, height = to_last.height;
  // Half a pixel outside is still on the last one.
  const bool inside = at_x >= -0.5F && at_y >= -0.5F && at_x <= static_cast<float>(width) - 0.5F &&
                      at_y <= static_cast<float>(height) - 0.5F;
  if (!inside) return true;  // also where the flow is not a number
  const float back_x = sample(from_last.dx.data(), width, height, at_x, at_y);
  const float back_y = sample(from_last.dy.data(), width, height, at_x, at_y);
  return squared(back_x + dx, back_y + dy) >
         0.01F * (squared(back_x, back_y) + squared(dx, dy)) + 0.5F;
}

/// |gradient|^2 of a row-by-row plane at (x, y); one-sided at the border.
float squared_gradient(const std::vector<float>& plane, int width, int height, int x, int y) {
  const auto value = [&](int column, int row) {
    return plane[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
                 static_cast<std::size_t>(column)];
  };
  const int left = std::max(x - 1, 0), right = std::min(x + 1, width - 1);
  const int top = std::max(y - 1, 0), bottom = std::min(y + 1, height - 1);
  return squared(
      (value(right, y) - value(left, y)) / static_cast<float>(std::max(right - left, 1)),
      (value(x, bottom) - value(x, top)) / static_cast<float>(std::max(bottom - top, 1)));
}

bool is_at_edge(const Flow& to_last, int x, int y, std::size_t i) {
  const int width = to_last.width, height = to_last.height;
  return squared_gradient(to_last.dx, width, height, x, y) +
             squared_gradient(to_last.dy, width, height, x, y) >
         0.01F * squared(to_last.dx[i], to_last.dy[i]) + 0.002F;
}

}  // namespace

Seen seen_before(const Flow& from_last, const Flow& to_last) {
  const int width = to_last.width, height = to_last.height;
  if (from_last.width != width || from_last.height != height) {
    throw InternalError("two flows of different sizes");
  }
  Seen seen{Picture::black(width, height), Picture::black(width, height)};
  const std::size_t pixels = seen.there.pixels();
  std::size_t i = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x, ++i) {
      if (is_disoccluded(from_last, to_last, x, y, i)) continue;
      const bool counts = !is_at_edge(to_last, x, y, i);
      for (std::size_t c = 0; c < 3; ++c) {
        seen.there.rgb[c * pixels + i] = 255;
        if (counts) seen.counts.rgb[c * pixels + i] = 255;
      }
    }
  }
  return seen;
}

}  // namespace vggstyle

#include "tests/video/moving_pictures.h"

#include <cmath>

namespace vggstyle::test {
namespace {

/// 0 to 255, without a period that a frame would see.
double brightness(double x, double y) {
  return 127 + 40 * std::sin(0.31 * x + 0.17 * y) + 40 * std::sin(0.23 * y - 0.11 * x + 1) +
         30 * std::sin(0.71 * x + 2) * std::sin(0.57 * y);
}

void set(Picture& picture, int x, int y, double value) {
  const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                        static_cast<std::size_t>(x);
  for (int c = 0; c < 3; ++c) picture.plane(c)[i] = static_cast<float>(value + 5 * c);
}

}  // namespace

Picture wall(int width, int height, double x, double y) {
  Picture picture = Picture::black(width, height);
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      set(picture, column, row, brightness(x + column, y + row));
    }
  }
  return picture;
}

Picture frame_with_square(int width, int height, int frame) {
  Picture picture = wall(width, height, kStep * frame, 0);
  for (int y = 0; y < kSquare.side; ++y) {
    for (int x = 0; x < kSquare.side; ++x) {
      const double value = (x / 2 + y / 2) % 2 == 0 ? 250 - 5 * x : 5 + 3 * y;
      set(picture, kSquare.left + x, kSquare.top + y, value);
    }
  }
  return picture;
}

Flow uniform_flow(int width, int height, float dx, float dy) {
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  return {width, height, std::vector<float>(pixels, dx), std::vector<float>(pixels, dy)};
}

}  // namespace vggstyle::test

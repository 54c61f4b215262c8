#include "tools/toy/tile.h"

#include <algorithm>

namespace vggstyle::toy {
namespace {

constexpr int kSquare = 12;  // with the line before it
constexpr float kLine = 150;

/// `values`: row by row, 0..1.
Picture draw(int width, int height, const std::vector<double>& values) {
  Picture picture = Picture::black(tile_side(width), tile_side(height));
  std::fill(picture.rgb.begin(), picture.rgb.end(), kLine);
  for (int channel = 0; channel < 3; ++channel) {
    float* plane = picture.plane(channel);
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) {
        if (x % kSquare == 0 || y % kSquare == 0) continue;
        const int pixel = y / kSquare * width + x / kSquare;
        plane[y * picture.width + x] =
            static_cast<float>(255 * values[static_cast<std::size_t>(pixel)]);
      }
    }
  }
  return picture;
}

}  // namespace

int tile_side(int pixels) {
  return pixels * kSquare + 1;
}

Picture tile(const Image& image) {
  return draw(2, 2, {image.begin(), image.end()});
}

Picture tile(Grid grid, std::uint32_t image) {
  std::vector<double> values;
  for (unsigned i = 0; i < static_cast<unsigned>(grid.pixels()); ++i) {
    values.push_back((image >> i) & 1U);
  }
  return draw(grid.width, grid.height, values);
}

}  // namespace vggstyle::toy

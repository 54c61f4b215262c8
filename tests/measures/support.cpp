#include "tests/measures/support.h"

#include <random>

namespace vggstyle::test {

Picture random_picture(int width, int height, unsigned seed) {
  Picture picture = Picture::black(width, height);
  std::mt19937 random(seed);
  for (float& value : picture.rgb) value = static_cast<float>(random() % 65281) / 256.0f;
  return picture;
}

Picture flat_picture(int width, int height, Rgb color) {
  Picture picture = Picture::black(width, height);
  const float values[] = {color.r, color.g, color.b};
  for (int channel = 0; channel < 3; ++channel) {
    std::fill_n(picture.plane(channel), picture.pixels(), values[channel]);
  }
  return picture;
}

Picture gray_picture(int width, int height, const std::function<double(int, int)>& value) {
  Picture picture = Picture::black(width, height);
  for (int channel = 0; channel < 3; ++channel) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        picture.plane(channel)[y * width + x] = static_cast<float>(value(x, y));
      }
    }
  }
  return picture;
}

Picture shifted(Picture picture, float amount) {
  for (float& value : picture.rgb) value += amount;
  return picture;
}

double at(const Picture& picture, int channel, int x, int y) {
  return static_cast<double>(picture.plane(channel)[y * picture.width + x]);
}

double luma_at(const Picture& picture, int x, int y) {
  return 0.2126 * at(picture, 0, x, y) + 0.7152 * at(picture, 1, x, y) +
         0.0722 * at(picture, 2, x, y);
}

}  // namespace vggstyle::test

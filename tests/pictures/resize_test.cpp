#include "tools/pictures/resize.h"

#include <cmath>
#include <random>

#include "tests/pictures/support.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

Picture random_picture(int width, int height) {
  Picture picture = Picture::black(width, height);
  std::mt19937 random(9);
  for (float& value : picture.rgb) value = static_cast<float>(random() % 256);
  return picture;
}

/// Keys, "Cubic convolution interpolation for digital image processing", 1981, a = -1/2.
double catmull_rom(double x) {
  x = std::abs(x);
  if (x < 1) return 1.5 * x * x * x - 2.5 * x * x + 1;
  if (x < 2) return -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
  return 0;
}

/// One line, by the definition: pixel centres at halves, the kernel widened where the line
/// shrinks, mirrored at both ends.
std::vector<double> resize_line(const std::vector<double>& line, int size) {
  const int n = static_cast<int>(line.size());
  const double scale = static_cast<double>(n) / size;
  const double widening = std::max(scale, 1.0);
  std::vector<double> result;
  for (int i = 0; i < size; ++i) {
    const double centre = (i + 0.5) * scale;
    double sum = 0, weights = 0;
    for (int k = static_cast<int>(centre - 2 * widening) - 2; k <= centre + 2 * widening + 2; ++k) {
      const double weight = catmull_rom((k + 0.5 - centre) / widening);
      int from = k < 0 ? -1 - k : k;
      if (from >= n) from = 2 * n - 1 - from;
      if (weight == 0) continue;
      sum += weight * line[static_cast<std::size_t>(std::clamp(from, 0, n - 1))];
      weights += weight;
    }
    result.push_back(sum / weights);
  }
  return result;
}

/// The same for a picture, row by row and then column by column.
Picture resize_slowly(const Picture& picture, int width, int height) {
  Picture result = Picture::black(width, height);
  for (int c = 0; c < 3; ++c) {
    std::vector<std::vector<double>> rows;
    for (int y = 0; y < picture.height; ++y) {
      const float* row = picture.plane(c) + y * picture.width;
      rows.push_back(resize_line({row, row + picture.width}, width));
    }
    for (int x = 0; x < width; ++x) {
      std::vector<double> column;
      for (const auto& row : rows) column.push_back(row[static_cast<std::size_t>(x)]);
      const std::vector<double> done = resize_line(column, height);
      for (int y = 0; y < height; ++y) {
        result.plane(c)[y * width + x] =
            static_cast<float>(std::clamp(done[static_cast<std::size_t>(y)], 0.0, 255.0));
      }
    }
  }
  return result;
}

}  // namespace

TEST_CASE("A constant stays exactly constant at every size") {
  for (const float level : {0.0f, 1.0f / 3, 17.3f, 128.1f, 254.99f, 255.0f}) {
    Picture picture = Picture::black(23, 31);
    std::fill(picture.rgb.begin(), picture.rgb.end(), level);
    for (const auto& [width, height] :
         {std::pair{7, 5}, {23, 90}, {100, 101}, {1, 1}, {64, 1}, {1, 300}}) {
      const Picture resized = resize(picture, width, height);
      CHECK(resized.width == width);
      CHECK(resized.height == height);
      CHECK(resized.rgb.size() == 3 * resized.pixels());
      CHECK(std::all_of(resized.rgb.begin(), resized.rgb.end(),
                        [level](float value) { return value == level; }));
    }
  }
}

TEST_CASE("As the definition in float64 has it, larger and smaller") {
  const Picture picture = random_picture(41, 29);
  for (const auto& [width, height] : {std::pair{17, 12}, {90, 67}, {41, 11}, {20, 58}, {123, 29}}) {
    CHECK(distance(resize(picture, width, height), resize_slowly(picture, width, height)) < 2e-3f);
  }
}

TEST_CASE("The same size is the same picture") {
  const Picture picture = random_picture(12, 9);
  CHECK(resize(picture, 12, 9).rgb == picture.rgb);
}

TEST_CASE("Fine detail becomes its mean") {
  Picture board = Picture::black(240, 240);
  for (std::size_t i = 0; i < board.rgb.size(); ++i) {
    board.rgb[i] = (i % 240 + i / 240) % 2 == 0 ? 0.0f : 255.0f;
  }
  const Picture small = resize(board, 50, 50);
  for (const float value : small.rgb) REQUIRE(std::abs(value - 127.5f) < 2);
}

TEST_CASE("From and to a single pixel, and out of range") {
  Picture picture = Picture::black(1, 1);
  picture.rgb = {10, 20, 30};
  const Picture large = resize(picture, 9, 4);
  CHECK(value(large, 2, 8, 3) == 30);
  const Picture noise = random_picture(300, 200);
  const Picture one = resize(noise, 1, 1);
  CHECK(std::abs(one.rgb[0] - 127.5f) < 12);
  const Picture sharp = resize(random_picture(10, 10), 37, 41);
  CHECK(std::all_of(sharp.rgb.begin(), sharp.rgb.end(),
                    [](float value) { return value >= 0 && value <= 255; }));
  CHECK_THROWS_AS(resize(picture, 0, 5), InputError);
  CHECK_THROWS_AS(resize(picture, 5, 30001), InputError);
  CHECK_THROWS_AS(resize(Picture{}, 5, 5), InternalError);
}

TEST_CASE("The longer side is fitted, the shape kept") {
  using Size = std::pair<int, int>;
  CHECK(fit_longest_side(400, 300, 200) == Size{200, 150});
  CHECK(fit_longest_side(300, 400, 512) == Size{384, 512});
  CHECK(fit_longest_side(1000, 3, 100) == Size{100, 1});
  CHECK(fit_longest_side(3, 2, 256) == Size{256, 171});
  CHECK(fit_longest_side(7, 7, 1) == Size{1, 1});
  CHECK_THROWS_AS(fit_longest_side(0, 7, 1), InternalError);
}

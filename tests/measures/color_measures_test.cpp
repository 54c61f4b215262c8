// Measures of colour against their definitions, written out.

#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "tests/measures/support.h"
#include "tools/measures/picture_measures.h"

namespace vggstyle::test {
namespace {

/// Integral over all values of the difference between the two cumulative histograms.
double cumulative_difference(const Picture& a, const Picture& b, int channel) {
  std::vector<double> edges;
  const auto below = [channel](const Picture& picture, double value) {
    const float* first = picture.plane(channel);
    return static_cast<double>(
               std::count_if(first, first + picture.pixels(),
                             [value](float v) { return static_cast<double>(v) <= value; })) /
           static_cast<double>(picture.pixels());
  };
  for (const Picture* picture : {&a, &b}) {
    edges.insert(edges.end(), picture->plane(channel), picture->plane(channel) + picture->pixels());
  }
  std::sort(edges.begin(), edges.end());
  double integral = 0;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    integral += std::abs(below(a, edges[i]) - below(b, edges[i])) * (edges[i + 1] - edges[i]);
  }
  return integral;
}

TEST_CASE("colour error of equal, shifted and other pictures") {
  const Picture picture = random_picture(13, 7, 1), other = random_picture(13, 7, 2);
  CHECK(color_error(picture, picture) == 0);
  CHECK(color_error(picture, shifted(picture, 10)) == doctest::Approx(10));
  CHECK(color_error(flat_picture(1, 1, {0, 0, 0}), flat_picture(1, 1, kWhite)) ==
        doctest::Approx(255));
  double squares = 0;
  for (int channel = 0; channel < 3; ++channel) {
    for (int y = 0; y < 7; ++y) {
      for (int x = 0; x < 13; ++x) {
        squares += std::pow(at(picture, channel, x, y) - at(other, channel, x, y), 2);
      }
    }
  }
  CHECK(color_error(picture, other) == doctest::Approx(std::sqrt(squares / (3 * 7 * 13))));
}

TEST_CASE("measures by place refuse pictures of two sizes") {
  const Picture a = random_picture(4, 6, 1), b = random_picture(6, 4, 1);
  CHECK_THROWS_AS(color_error(a, b), InternalError);
}

TEST_CASE("histogram distance is the area between cumulative histograms") {
  const Picture picture = random_picture(9, 5, 3);
  CHECK(histogram_distance(picture, picture) == 0);
  CHECK(histogram_distance(picture, shifted(picture, 10)) == doctest::Approx(10));
  CHECK(histogram_distance(flat_picture(1, 1, {0, 0, 0}), flat_picture(5, 3, {30, 60, 120})) ==
        doctest::Approx(70));
  for (const auto& [width, height] : {std::pair{9, 5}, {4, 4}, {7, 1}, {1, 1}}) {
    const Picture other = random_picture(width, height, 4);
    double expected = 0;
    for (int channel = 0; channel < 3; ++channel) {
      expected += cumulative_difference(picture, other, channel) / 3;
    }
    CHECK(histogram_distance(picture, other) == doctest::Approx(expected));
    CHECK(histogram_distance(other, picture) == doctest::Approx(expected));
  }
}

TEST_CASE("the order of pixels does not change a histogram") {
  const Picture picture = random_picture(8, 3, 5);
  Picture mirrored = picture;
  for (int channel = 0; channel < 3; ++channel) {
    std::reverse(mirrored.plane(channel), mirrored.plane(channel) + mirrored.pixels());
  }
  CHECK(histogram_distance(picture, mirrored) == 0);
  CHECK(color_error(picture, mirrored) > 10);
}

TEST_CASE("distance of mean colours") {
  const Picture flat = flat_picture(3, 5, {10, 20, 30});
  CHECK(mean_color_distance(flat, flat_picture(2, 2, {13, 24, 30})) == doctest::Approx(5));
  CHECK(mean_color_distance(flat_picture(1, 1, {0, 0, 0}), flat_picture(1, 1, kWhite)) ==
        doctest::Approx(255 * std::sqrt(3.0)));
  const Picture ramp = gray_picture(5, 1, [](int x, int) { return 10 * x; });
  CHECK(mean_color_distance(ramp, flat_picture(7, 7, {20, 20, 23})) == doctest::Approx(3));
}

TEST_CASE("a bright frame is above zero, a dark one below") {
  // 16 x 24: the outer eighth is 2 columns and 3 rows on each side; 12 x 18 are inside.
  const auto frame = [](double outside, double inside) {
    return gray_picture(16, 24, [=](int x, int y) {
      return x < 2 || x >= 14 || y < 3 || y >= 21 ? outside : inside;
    });
  };
  const double share = 12.0 * 18 / (16 * 24);
  const double expected = 1 / std::sqrt(share * (1 - share));
  CHECK(border_brightness(frame(200, 100)) == doctest::Approx(expected));
  CHECK(border_brightness(frame(20, 100)) == doctest::Approx(-expected));
  CHECK(border_brightness(frame(100, 100)) == 0);
}

TEST_CASE("border brightness by its definition on odd sizes") {
  for (const auto& [width, height] : {std::pair{13, 9}, {40, 11}, {5, 5}}) {
    const Picture picture = random_picture(width, height, 6);
    double sums[2] = {}, counts[2] = {}, squares = 0;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const double u = (x + 0.5) / width, v = (y + 0.5) / height;
        const bool inside = u >= 0.125 && u <= 0.875 && v >= 0.125 && v <= 0.875;
        sums[inside] += luma_at(picture, x, y);
        squares += std::pow(luma_at(picture, x, y), 2);
        ++counts[inside];
      }
    }
    const double pixels = width * height, mean = (sums[0] + sums[1]) / pixels;
    CHECK(border_brightness(picture) ==
          doctest::Approx((sums[0] / counts[0] - sums[1] / counts[1]) /
                          std::sqrt(squares / pixels - mean * mean)));
  }
}

TEST_CASE("bands: lines are between rows, trunks between columns, a board has neither") {
  const auto lines = [](int, int y) { return y % 3 == 0 ? 200.0 : 30.0; };
  const Bands text = bands(gray_picture(7, 9, lines));
  CHECK(text.rows == doctest::Approx(1));
  CHECK(text.columns == doctest::Approx(0).epsilon(1e-12));
  const Bands trunks = bands(gray_picture(9, 7, [&](int x, int y) { return lines(y, x); }));
  CHECK(trunks.rows == doctest::Approx(0).epsilon(1e-12));
  CHECK(trunks.columns == doctest::Approx(1));
  const Bands board = bands(gray_picture(8, 6, [](int x, int y) { return (x + y) % 2 * 255.0; }));
  CHECK(board.rows == doctest::Approx(0).epsilon(1e-12));
  CHECK(board.columns == doctest::Approx(0).epsilon(1e-12));
  // A ramp along both sides: variances of 0..3 and of 10 times 0..2, which add up.
  const Bands ramps = bands(gray_picture(4, 3, [](int x, int y) { return x + 10.0 * y; }));
  CHECK(ramps.rows == doctest::Approx(100 * 2 / 3.0 / (100 * 2 / 3.0 + 1.25)));
  CHECK(ramps.columns == doctest::Approx(1.25 / (100 * 2 / 3.0 + 1.25)));
  for (const Picture& flat : {flat_picture(31, 17, {200, 3, 77.7f}), random_picture(1, 1, 7)}) {
    CHECK(bands(flat).rows == 0);
    CHECK(bands(flat).columns == 0);
  }
}

TEST_CASE("pictures too small for a border have no bright one") {
  CHECK(border_brightness(random_picture(1, 1, 7)) == 0);
  CHECK(border_brightness(random_picture(4, 3, 7)) == 0);
  CHECK(border_brightness(flat_picture(31, 17, {200, 3, 77.7f})) == 0);
}

}  // namespace
}  // namespace vggstyle::test

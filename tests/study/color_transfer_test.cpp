// What --color does to pictures, by its definitions.

#include "tools/session/pictures/color_transfer.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "tools/contrive/contrive.h"
#include "tools/measures/color_match.h"
#include "tools/session/settings/settings.h"

using namespace vggstyle;

namespace {

double luma_at(const Picture& p, std::size_t i) {
  return 0.2126 * static_cast<double>(p.plane(0)[i]) + 0.7152 * static_cast<double>(p.plane(1)[i]) +
         0.0722 * static_cast<double>(p.plane(2)[i]);
}

Picture flat(int width, int height, Rgb color) {
  Picture picture = Picture::black(width, height);
  for (std::size_t i = 0; i < picture.pixels(); ++i) {
    picture.plane(0)[i] = color.r;
    picture.plane(1)[i] = color.g;
    picture.plane(2)[i] = color.b;
  }
  return picture;
}

struct Moments {
  std::array<double, 3> mean{};
  std::array<double, 9> covariance{};
};

Moments moments(const Picture& p) {
  Moments m;
  const auto n = static_cast<double>(p.pixels());
  const auto value = [&](int c, std::size_t i) { return static_cast<double>(p.plane(c)[i]); };
  for (int c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < p.pixels(); ++i)
      m.mean[static_cast<std::size_t>(c)] += value(c, i) / n;
  }
  for (std::size_t i = 0; i < p.pixels(); ++i) {
    for (std::size_t k = 0; k < 9; ++k) {
      const std::size_t a = k / 3, b = k % 3;
      m.covariance[k] += (value(static_cast<int>(a), i) - m.mean[a]) *
                         (value(static_cast<int>(b), i) - m.mean[b]) / n;
    }
  }
  return m;
}

TEST_CASE("with_luma: one picture's luma, the other's differences between channels") {
  const Picture colors = contrive("flower", 21, 13, 1), picture = contrive("text", 21, 13, 2);
  const Picture made = with_luma(colors, picture);
  for (std::size_t i = 0; i < made.pixels(); ++i) {
    REQUIRE(luma_at(made, i) == doctest::Approx(luma_at(picture, i)).epsilon(1e-5));
    for (const int c : {0, 2}) {
      REQUIRE(made.plane(c)[i] - made.plane(1)[i] ==
              doctest::Approx(colors.plane(c)[i] - colors.plane(1)[i]).epsilon(1e-3));
    }
  }
  CHECK(with_luma(colors, colors).rgb == colors.rgb);
}

TEST_CASE("gray and gray_matched: one channel three times, the content's mean and deviation") {
  const Picture style = contrive("strokes", 31, 17, 1), content = contrive("ram", 40, 25, 2);
  const Picture plain = gray(style);
  CHECK(plain.plane(0)[5] == doctest::Approx(luma_at(style, 5)));
  const Picture made = gray_matched(WeightedPicture(style), WeightedPicture(content));
  CHECK(made.width == 31);
  for (std::size_t i = 0; i < made.pixels(); ++i) {
    REQUIRE(made.plane(0)[i] == made.plane(1)[i]);
    REQUIRE(made.plane(0)[i] == made.plane(2)[i]);
  }
  const Moments found = moments(made), wanted = moments(gray(content));
  CHECK(found.mean[0] == doctest::Approx(wanted.mean[0]));
  CHECK(found.covariance[0] == doctest::Approx(wanted.covariance[0]));
  // Brighter stays brighter.
  const std::size_t last = made.pixels() - 1;
  CHECK((plain.plane(0)[0] < plain.plane(0)[last]) == (made.plane(0)[0] < made.plane(0)[last]));
  const Picture green = flat(5, 3, {10, 200, 30});
  const Picture one = gray_matched(WeightedPicture(green), WeightedPicture(content));
  for (const float value : one.rgb) CHECK(value == doctest::Approx(wanted.mean[0]));
}

TEST_CASE("match_colors: the content's mean and covariance, by both maps") {
  const Picture style = contrive("strokes", 61, 37, 1), content = contrive("flowers", 40, 45, 2);
  const Moments wanted = moments(content);
  std::array<Picture, 2> made;
  for (std::size_t k = 0; k < 2; ++k) {
    made[k] = match_colors(WeightedPicture(style), WeightedPicture(content),
                           k == 0 ? ColorMap::kSymmetricRoot : ColorMap::kCholesky);
    const Moments found = moments(made[k]);
    for (std::size_t c = 0; c < 3; ++c) CHECK(found.mean[c] == doctest::Approx(wanted.mean[c]));
    for (std::size_t i = 0; i < 9; ++i) {
      // Variances count 0.01 more than they are; the smallest of the style's is a few.
      CHECK(std::abs(found.covariance[i] - wanted.covariance[i]) < 3);
    }
  }
  CHECK(made[0].rgb != made[1].rgb);
  // Cholesky's map is a lower triangle: red depends on red alone.
  const auto slope = [&](std::size_t i, std::size_t j) {
    return (made[1].plane(0)[i] - made[1].plane(0)[j]) / (style.plane(0)[i] - style.plane(0)[j]);
  };
  CHECK(slope(0, 100) == doctest::Approx(slope(200, 1000)).epsilon(1e-3));
}

TEST_CASE("match_colors: the symmetric root leaves a picture that matches as it is") {
  const Picture picture = contrive("flowers", 33, 20, 3);
  for (const ColorMap how : {ColorMap::kSymmetricRoot, ColorMap::kCholesky}) {
    const Picture same = match_colors(WeightedPicture(picture), WeightedPicture(picture), how);
    for (std::size_t i = 0; i < same.rgb.size(); ++i) {
      REQUIRE(same.rgb[i] == doctest::Approx(picture.rgb[i]).epsilon(1e-4));
    }
    // One colour has no covariance to divide by.
    const Picture red = flat(7, 5, {200, 10, 60});
    const Picture one = match_colors(WeightedPicture(red), WeightedPicture(picture), how);
    const Moments wanted = moments(picture);
    for (int c = 0; c < 3; ++c) {
      CHECK(one.plane(c)[3] == doctest::Approx(wanted.mean[static_cast<std::size_t>(c)]));
    }
  }
}

/// The left half of `picture`, and the weights that leave it.
Picture left_half(const Picture& picture) {
  Picture half = Picture::black(picture.width / 2, picture.height);
  for (std::size_t i = 0; i < half.rgb.size(); ++i) {
    const auto row = i / static_cast<std::size_t>(half.width);
    half.rgb[i] = picture.rgb[row * static_cast<std::size_t>(picture.width) +
                              i % static_cast<std::size_t>(half.width)];
  }
  return half;
}
std::vector<float> left_weights(const Picture& picture) {
  std::vector<float> weights(picture.pixels());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = static_cast<int>(i) % picture.width < picture.width / 2 ? 0.5F : 0.0F;
  }
  return weights;
}

TEST_CASE("match_colors and gray_matched: as if pixels that do not count were not there") {
  const Picture style = contrive("strokes", 40, 23, 1), content = contrive("flowers", 32, 25, 2);
  const Picture style_half = left_half(style), content_half = left_half(content);
  const auto check = [](const Picture& made, const Picture& wanted) {
    REQUIRE(made.rgb.size() == 2 * wanted.rgb.size());
    const Picture counts = left_half(made);
    for (std::size_t i = 0; i < counts.rgb.size(); ++i) {
      REQUIRE(counts.rgb[i] == doctest::Approx(wanted.rgb[i]).epsilon(1e-4));
    }
  };
  const WeightedPicture of_style(style, left_weights(style)),
      of_content(content, left_weights(content)), only_style(style_half),
      only_content(content_half);
  for (const ColorMap how : {ColorMap::kSymmetricRoot, ColorMap::kCholesky}) {
    check(match_colors(of_style, of_content, how), match_colors(only_style, only_content, how));
  }
  check(gray_matched(of_style, of_content), gray_matched(only_style, only_content));
}

TEST_CASE("a picture of which nothing counts is taken as one of which all does") {
  const Picture style = contrive("strokes", 20, 13, 1), content = contrive("ram", 12, 15, 2);
  const WeightedPicture nothing(content, std::vector<float>(content.pixels()));
  CHECK(gray_matched(WeightedPicture(style), nothing).rgb ==
        gray_matched(WeightedPicture(style), WeightedPicture(content)).rgb);
}

TEST_CASE("the names of --color are read as they are written") {
  for (const char* name : {"style", "content", "luminance", "match", "match-cholesky", "only"}) {
    CHECK(name_of(parse_color_mode(name)) == name);
  }
  CHECK_THROWS_WITH_AS(parse_color_mode("grey"), doctest::Contains("use one of style, content"),
                       std::exception);
}

}  // namespace

#include "tools/contrive/contrive.h"

#include <limits>
#include <numeric>

#include "tests/pictures/support.h"
#include "tools/pictures/resize.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

double mean_difference(const Picture& a, const Picture& b) {
  REQUIRE(a.rgb.size() == b.rgb.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

double mean_of(const Picture& picture, int channel) {
  const float* plane = picture.plane(channel);
  return std::accumulate(plane, plane + picture.pixels(), 0.0) /
         static_cast<double>(picture.pixels());
}

/// Mean step from one pixel to the next in a row: more where features are smaller.
double roughness(const Picture& picture) {
  double sum = 0;
  for (std::size_t i = 1; i < picture.rgb.size(); ++i) {
    sum += std::abs(picture.rgb[i] - picture.rgb[i - 1]);
  }
  return sum / static_cast<double>(picture.rgb.size());
}

double brightness(const Picture& picture, int x, int y) {
  return (value(picture, 0, x, y) + value(picture, 1, x, y) + value(picture, 2, x, y)) / 3;
}

/// The share of the pixels for which `chosen`(red, green, blue).
template <typename Chosen>
double share(const Picture& picture, Chosen chosen) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < picture.pixels(); ++i) {
    if (chosen(picture.plane(0)[i], picture.plane(1)[i], picture.plane(2)[i])) ++count;
  }
  return static_cast<double>(count) / static_cast<double>(picture.pixels());
}

/// In degrees: 0 red, 120 green, 240 blue.
double hue(float red, float green, float blue) {
  const float most = std::max({red, green, blue}), least = std::min({red, green, blue});
  const float range = std::max(most - least, 1e-6f);
  if (most == red) return 60.0 * (green - blue) / range + (green < blue ? 360 : 0);
  if (most == green) return 60.0 * (blue - red) / range + 120;
  return 60.0 * (red - green) / range + 240;
}

ContriveRequest square(int side, std::uint64_t seed) {
  ContriveRequest request;
  request.width = request.height = side;
  request.seed = seed;
  return request;
}

ContriveRequest scaled(double scale, int side = 96) {
  ContriveRequest request = square(side, 1);
  request.scale = scale;
  return request;
}

ContriveRequest colored(std::vector<Rgb> colors, int side = 96) {
  ContriveRequest request = square(side, 1);
  request.colors = std::move(colors);
  return request;
}

constexpr Rgb kBlack{0, 0, 0};

}  // namespace

TEST_CASE("The same seed draws the same picture, another one another") {
  CHECK(contrived_kinds().size() == 13);
  for (const ContrivedKind& kind : contrived_kinds()) {
    CAPTURE(kind.name);
    CHECK_FALSE(kind.description.empty());
    const Picture first = contrive(kind.name, 80, 60, 1);
    CHECK(first.width == 80);
    CHECK(first.height == 60);
    REQUIRE(first.rgb.size() == 3u * 80 * 60);
    CHECK(contrive(kind.name, 80, 60, 1).rgb == first.rgb);
    CHECK(mean_difference(contrive(kind.name, 80, 60, 2), first) > 1);
    for (const float value : first.rgb) REQUIRE((value >= 0 && value <= 255));
  }
}

TEST_CASE("A seed shows the same picture at every size") {
  for (const ContrivedKind& kind : contrived_kinds()) {
    CAPTURE(kind.name);
    const Picture small = contrive(kind.name, 96, 128, 3);
    const Picture shrunk = resize(contrive(kind.name, 288, 384, 3), 96, 128);
    const double other = mean_difference(contrive(kind.name, 96, 128, 4), small);
    CHECK(mean_difference(shrunk, small) < 0.5 * other);
  }
}

TEST_CASE("Odd sizes and seeds") {
  for (const ContrivedKind& kind : contrived_kinds()) {
    for (const auto& [width, height] : {std::pair{1, 1}, {1, 40}, {40, 1}, {2, 3}, {33, 65}}) {
      for (const std::uint64_t seed : {std::uint64_t{0}, ~std::uint64_t{0}}) {
        const Picture picture = contrive(kind.name, width, height, seed);
        REQUIRE(picture.rgb.size() == 3 * picture.pixels());
        for (const float value : picture.rgb) REQUIRE((value >= 0 && value <= 255));
      }
    }
  }
}

TEST_CASE("The pictures are of the colours that they are said to be") {
  const Picture board = contrive("checkers", 256, 256, 1);
  CHECK(mean_of(board, 0) == doctest::Approx(106).epsilon(0.05));
  CHECK(mean_of(board, 1) < 20);
  const Picture night = contrive("strokes", 128, 128, 1);
  CHECK(mean_of(night, 2) > mean_of(night, 0) + 20);
  // Sky above, grass below.
  const Picture scene = contrive("scene", 128, 128, 1);
  CHECK(value(scene, 2, 20, 2) > value(scene, 0, 20, 2) + 30);
  double red = 0, green = 0, blue = 0;
  for (int x = 0; x < 128; ++x) {
    red += value(scene, 0, x, 125);
    green += value(scene, 1, x, 125);
    blue += value(scene, 2, x, 125);
  }
  CHECK(green > red);
  CHECK(green > blue + 30);
}

TEST_CASE("The circle is dark, its ground light, and it grows with the scale") {
  for (std::uint64_t seed = 1; seed < 5; ++seed) {
    const Picture picture = contrive("circle", 80, 60, seed);
    CHECK(brightness(picture, 40, 30) < 50);
    for (const auto& [x, y] : {std::pair{0, 0}, {79, 0}, {0, 59}, {79, 59}}) {
      CHECK(brightness(picture, x, y) > 200);
    }
  }
  const auto black = [](float red, float, float) { return red < 1; };
  ContriveRequest request = colored({kWhite, kBlack});
  const double area = share(contrive("circle", request), black);
  request.scale = 0.5;
  CHECK(share(contrive("circle", request), black) == doctest::Approx(area / 4).epsilon(0.05));
}

TEST_CASE("The halves are halves") {
  bool across = false, down = false;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    ContriveRequest request = colored({kBlack, kWhite}, 64);
    request.seed = seed;
    const Picture picture = contrive("halves", request);
    CHECK(mean_of(picture, 0) == doctest::Approx(127.5).epsilon(0.005));
    const double right = brightness(picture, 63, 32) - brightness(picture, 0, 32);
    const double below = brightness(picture, 32, 63) - brightness(picture, 32, 0);
    CHECK(std::max(std::abs(right), std::abs(below)) == 255);
    across = across || std::abs(right) == 255;
    down = down || std::abs(below) == 255;
  }
  CHECK(across);
  CHECK(down);
}

TEST_CASE("The rainbow runs from red to violet, outwards") {
  const Picture picture = contrive("rainbow", 128, 128, 1);
  double last =
      hue(value(picture, 0, 77, 64), value(picture, 1, 77, 64), value(picture, 2, 77, 64));
  CHECK(last < 60);
  for (int x = 77; x < 128 && last < 270; ++x) {
    const double here =
        hue(value(picture, 0, x, 64), value(picture, 1, x, 64), value(picture, 2, x, 64));
    CHECK(here > last - 1);
    CHECK(here < last + 90);  // yellow to green is the longest step
    last = here;
  }
  CHECK(last > 270);
  CHECK(share(picture, [](float red, float green, float blue) {
          return hue(red, green, blue) > 270 && hue(red, green, blue) < 310 && red > 100;
        }) > 0.1);
}

TEST_CASE("Gradients have no edges, clouds have features of every size") {
  const Picture smooth = contrive("gradients", 128, 128, 1);
  for (int channel = 0; channel < 3; ++channel) {
    for (int y = 0; y < 127; ++y) {
      for (int x = 0; x < 127; ++x) {
        const float here = value(smooth, channel, x, y);
        REQUIRE(std::abs(value(smooth, channel, x + 1, y) - here) < 12);
        REQUIRE(std::abs(value(smooth, channel, x, y + 1) - here) < 12);
      }
    }
  }
  CHECK(share(smooth, [](float red, float, float blue) { return red > blue + 50; }) > 0.1);
  CHECK(share(smooth, [](float red, float, float blue) { return blue > red + 30; }) > 0.1);

  // What is left of a picture when its means over ever larger squares are taken away.
  Picture rest = contrive("clouds", 256, 256, 1);
  for (const int side : {64, 16, 4}) {
    const Picture coarse = resize(rest, side, side);
    CAPTURE(side);
    CHECK(mean_difference(rest, resize(coarse, rest.width, rest.height)) > 1);
    rest = coarse;
  }
}

TEST_CASE("Barnacles are pale on dark, leaves mostly green, both to the edge") {
  const Picture barnacles = contrive("barnacles", 128, 128, 1);
  const Picture leaves = contrive("leaves", 128, 128, 1);
  CHECK(share(barnacles, [](float red, float, float) { return red > 150; }) > 0.2);
  CHECK(share(barnacles, [](float red, float, float) { return red < 60; }) > 0.1);
  CHECK(share(leaves, [](float red, float green, float blue) {
          return green > red && green > blue;
        }) > 0.5);
  for (const Picture* picture : {&barnacles, &leaves}) {
    for (const int row : {0, 127}) {
      float least = 255, most = 0;
      for (int x = 0; x < 128; ++x) {
        least = std::min(least, value(*picture, 1, x, row));
        most = std::max(most, value(*picture, 1, x, row));
      }
      CHECK(most > least + 60);
    }
  }
}

TEST_CASE("Text is ink on paper in lines, however small") {
  const auto dark = [](float red, float, float) { return red < 128; };
  ContriveRequest request = colored({kWhite, kBlack}, 200);
  const Picture page = contrive("text", request);
  CHECK(share(page, dark) > 0.05);
  CHECK(share(page, dark) < 0.25);
  // Ten pixels to the em, 13.5 to a line: what is between lines repeats.
  int changes = 0;
  bool was_empty = true;
  for (int y = 0; y < page.height; ++y) {
    int ink = 0;
    for (int x = 0; x < page.width; ++x) ink += value(page, 0, x, y) < 128 ? 1 : 0;
    const bool is_empty = ink < 8;  // but for what hangs below the line
    if (is_empty != was_empty) ++changes;
    was_empty = is_empty;
  }
  CHECK(changes > 20);
  CHECK(changes < 40);

  request.scale = 0.1;  // letters of half a pixel
  request.width = request.height = 100;
  const Picture grey = contrive("text", request);
  request.width = request.height = 800;
  CHECK(mean_difference(resize(contrive("text", request), 100, 100), grey) < 8);
  CHECK(mean_of(grey, 0) == doctest::Approx(mean_of(page, 0)).epsilon(0.1));
}

TEST_CASE("Features are larger where the scale is") {
  for (const ContrivedKind& kind : contrived_kinds()) {
    if (!kind.scales || kind.name == "circle") continue;
    CAPTURE(kind.name);
    const int side = kind.name == "text" ? 256 : 96;  // small letters are grey
    CHECK(roughness(contrive(kind.name, scaled(0.5, side))) >
          1.3 * roughness(contrive(kind.name, scaled(2, side))));
  }
}

TEST_CASE("The largest and the smallest scale") {
  for (const ContrivedKind& kind : contrived_kinds()) {
    if (!kind.scales) continue;
    CAPTURE(kind.name);
    CHECK(contrive(kind.name, scaled(1, 48)).rgb == contrive(kind.name, 48, 48, 1).rgb);
    // A hundred times as many strokes would take seconds.
    for (const double scale : {kind.name == "strokes" ? 0.4 : 0.1, 10.0}) {
      const Picture picture = contrive(kind.name, scaled(scale, 48));
      for (const float value : picture.rgb) REQUIRE((value >= 0 && value <= 255));
    }
  }
}

TEST_CASE("Stripes narrower than a pixel become their mean") {
  const Picture small = contrive("stripes", scaled(0.1, 48));
  const Picture shrunk = resize(contrive("stripes", scaled(0.1, 960)), 48, 48);
  CHECK(mean_difference(shrunk, small) < 6);
}

TEST_CASE("Colours that are given take the place of the picture's own") {
  for (const ContrivedKind& kind : contrived_kinds()) {
    if (kind.colors.empty()) continue;
    CAPTURE(kind.name);
    const Picture picture = contrive(kind.name, colored({{0, 0, 200}, {0, 0, 100}}));
    CHECK(mean_of(picture, 2) > 50);
    CHECK(mean_of(picture, 2) < 190);
    // Shadows, rims and veins keep a little of other colours.
    CHECK(mean_of(picture, 0) < 25);
    const Picture swapped = contrive(kind.name, colored({{0, 0, 100}, {0, 0, 200}}));
    CHECK(mean_difference(picture, swapped) > 3);
  }
  // More than a kind's own, each of which shows.
  const Picture rings = contrive("rainbow", colored({{0, 0, 0},
                                                     {30, 0, 0},
                                                     {60, 0, 0},
                                                     {90, 0, 0},
                                                     {120, 0, 0},
                                                     {150, 0, 0},
                                                     {180, 0, 0},
                                                     {210, 0, 0},
                                                     {240, 0, 0}}));
  for (const float red : {0.0f, 90.0f, 210.0f, 240.0f}) {
    CHECK(share(rings, [red](float r, float, float) { return r == red; }) > 0.005);
  }
}

TEST_CASE("Scales and colours that a kind has no use for") {
  const auto refused = [](const char* kind, const ContriveRequest& request) {
    return input_error([&] { contrive(kind, request); });
  };
  for (const double scale : {0.09, 10.1, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK(contains(refused("dots", scaled(scale)), "--scale must be from 0.1 to 10"));
  }
  CHECK(contains(refused("scene", scaled(2)), "'scene' has one scale only"));
  CHECK(contains(refused("strokes", colored({kWhite, kBlack})), "'strokes' has its own"));
  CHECK(contains(refused("circle", colored({kWhite, kBlack, kWhite})),
                 "'circle' takes 2 (ground, disc), not 3"));
  CHECK(contains(refused("dots", colored({kWhite})), "'dots' takes 2 to 64"));
  CHECK(contains(refused("clouds", colored(std::vector<Rgb>(65))), "not 65"));
}

TEST_CASE("An unknown kind and a size out of range") {
  const std::string error = input_error([] { contrive("mona lisa", 8, 8, 1); });
  for (const ContrivedKind& kind : contrived_kinds()) CHECK(contains(error, kind.name));
  CHECK(contains(error, "mona lisa"));
  CHECK_THROWS_AS(contrive("dots", 0, 8, 1), InputError);
  CHECK_THROWS_AS(contrive("dots", 8, 16385, 1), InputError);
  CHECK(contrive("checkers", 16384, 1, 1).width == 16384);
}

// What all contrived pictures promise.

#include "tests/pictures/contrived.h"

using namespace vggstyle;
using namespace vggstyle::test;

TEST_CASE("The same seed draws the same picture, another one another") {
  CHECK(contrived_kinds().size() == 19);
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

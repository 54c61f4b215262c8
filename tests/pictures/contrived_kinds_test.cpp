// What each kind of contrived picture shows.

#include "tests/pictures/contrived.h"

using namespace vggstyle;
using namespace vggstyle::test;

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

TEST_CASE("A subject is in the middle, a ground around it") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    CAPTURE(seed);
    const Picture ram = contrive("ram", 128, 128, seed);
    const auto sky = [&](int x, int y) { return value(ram, 2, x, y) > value(ram, 0, x, y) + 2; };
    CHECK_FALSE(sky(64, 76));  // the body
    for (const int x : {1, 126}) {
      CHECK(sky(x, 1));
      CHECK(sky(x, 60));
      CHECK_FALSE(sky(x, 126));  // the slope
    }
    const Picture flower = contrive("flower", 128, 128, seed);
    const auto petal = [](float red, float green, float blue) {
      return red > green + 60 && blue > green;
    };
    const double petals = share(flower, petal);
    CHECK(petals > 0.1);
    CHECK(petals < 0.35);
    const auto at_edge = [&](int x, int y) {
      return petal(value(flower, 0, x, y), value(flower, 1, x, y), value(flower, 2, x, y));
    };
    for (int i = 0; i < 128; ++i) {
      CHECK_FALSE((at_edge(0, i) || at_edge(127, i) || at_edge(i, 0) || at_edge(i, 127)));
    }
  }
}

TEST_CASE("Flowers of several colours stand in grass") {
  const Picture meadow = contrive("flowers", 128, 128, 1);
  const auto colorful = [](double least, double most) {
    return [=](float red, float green, float blue) {
      const double angle = hue(red, green, blue);
      return std::max({red, green, blue}) > 130 && angle >= least && angle < most;
    };
  };
  CHECK(share(meadow, [](float red, float green, float blue) {
          return green > red + 10 && green > blue + 10;
        }) > 0.2);
  CHECK(share(meadow, colorful(0, 20)) > 0.01);
  CHECK(share(meadow, colorful(35, 60)) > 0.01);
  CHECK(share(meadow, colorful(250, 290)) > 0.01);
}

TEST_CASE("Trunks are straight: a column is dark from the crowns to the ground") {
  const Picture forest = contrive("forest", 160, 160, 1);
  int dark_columns = 0;
  for (int x = 0; x < 160; ++x) {
    int dark = 0;
    for (int y = 0; y < 90; ++y) dark += brightness(forest, x, y) < 120 ? 1 : 0;
    if (dark > 85) ++dark_columns;
  }
  CHECK(dark_columns > 15);
  CHECK(dark_columns < 80);
}

TEST_CASE("What a rock shades lies to its right, dark and bluish") {
  const Picture rocks = contrive("rocks", 160, 160, 1);
  const auto shadow = [&](int x, int y) {
    return brightness(rocks, x, y) < 110 && value(rocks, 2, x, y) > value(rocks, 0, x, y) - 12;
  };
  const auto sand = [&](int x, int y) {
    return value(rocks, 0, x, y) > 190 && value(rocks, 2, x, y) < 170;
  };
  int ends_right = 0, ends_left = 0;  // of shadows, in sand
  for (int y = 0; y < 160; ++y) {
    for (int x = 3; x < 157; ++x) {
      if (shadow(x, y) && sand(x + 3, y)) ++ends_right;
      if (shadow(x, y) && sand(x - 3, y)) ++ends_left;
    }
  }
  CHECK(ends_right > 60);
  CHECK(ends_right > 1.2 * ends_left);  // a rock itself is darkest on its right
  CHECK(share(rocks, [](float red, float, float blue) { return red > 190 && blue < 170; }) > 0.4);
}

TEST_CASE("Mud is dull") {
  const Picture mud = contrive("mud", 128, 128, 1);
  double chroma = 0;
  for (std::size_t i = 0; i < mud.pixels(); ++i) {
    const float red = mud.plane(0)[i], green = mud.plane(1)[i], blue = mud.plane(2)[i];
    chroma += std::max({red, green, blue}) - std::min({red, green, blue});
  }
  CHECK(chroma / static_cast<double>(mud.pixels()) < 60);
  CHECK(share(mud, [](float red, float green, float blue) {
          return std::max({red, green, blue}) > 180;
        }) < 0.05);
  CHECK(mean_of(mud, 0) > mean_of(mud, 2) + 10);
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

TEST_CASE("Stripes narrower than a pixel become their mean") {
  const Picture small = contrive("stripes", scaled(0.1, 48));
  const Picture shrunk = resize(contrive("stripes", scaled(0.1, 960)), 48, 48);
  CHECK(mean_difference(shrunk, small) < 6);
}

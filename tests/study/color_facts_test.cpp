#include "tools/study/color_facts.h"

#include <doctest/doctest.h>

using namespace vggstyle;

namespace {

/// Left part one colour, right part another; `columns` of ten are left.
Picture split_picture(Rgb left, Rgb right, int columns) {
  Picture picture = Picture::black(10, 2);
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 10; ++x) {
      const Rgb color = x < columns ? left : right;
      const auto i = static_cast<std::size_t>(10 * y + x);
      picture.plane(0)[i] = color.r;
      picture.plane(1)[i] = color.g;
      picture.plane(2)[i] = color.b;
    }
  }
  return picture;
}

TEST_CASE("colour facts of two greys") {
  const ColorFacts facts = color_facts(split_picture({20, 20, 20}, {220, 220, 220}, 3));
  CHECK(facts.dark_share == doctest::Approx(0.3));
  CHECK(facts.contrast == doctest::Approx(200 * std::sqrt(0.3 * 0.7)));
  CHECK(facts.chroma == doctest::Approx(0).epsilon(1e-9));
  CHECK(facts.purple_share == 0);
}

TEST_CASE("what counts as purple") {
  const auto share = [](Rgb color) {
    return color_facts(split_picture(color, {255, 255, 255}, 4)).purple_share;
  };
  CHECK(share({128, 0, 200}) == doctest::Approx(0.4));   // violet
  CHECK(share({200, 0, 200}) == doctest::Approx(0.4));   // magenta, 300 degrees
  CHECK(share({0, 0, 200}) == 0);                        // blue
  CHECK(share({200, 0, 0}) == 0);                        // red, 0 degrees
  CHECK(share({200, 0, 60}) == 0);                       // crimson, beyond 320 degrees
  CHECK(share({0, 200, 0}) == 0);                        // green
  CHECK(share({120, 100, 130}) == 0);                    // grey with a tint
}

TEST_CASE("chroma is that of the pixels, not of their mean") {
  const ColorFacts facts = color_facts(split_picture({255, 0, 0}, {0, 255, 255}, 5));
  CHECK(facts.chroma == doctest::Approx(255));
}

}  // namespace

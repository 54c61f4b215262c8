#include "tools/pictures/contrive.h"

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

}  // namespace

TEST_CASE("The same seed draws the same picture, another one another") {
  CHECK(contrived_kinds().size() == 5);
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

TEST_CASE("An unknown kind and a size out of range") {
  const std::string error = input_error([] { contrive("mona lisa", 8, 8, 1); });
  for (const ContrivedKind& kind : contrived_kinds()) CHECK(contains(error, kind.name));
  CHECK(contains(error, "mona lisa"));
  CHECK_THROWS_AS(contrive("dots", 0, 8, 1), InputError);
  CHECK_THROWS_AS(contrive("dots", 8, 16385, 1), InputError);
  CHECK(contrive("checkers", 16384, 1, 1).width == 16384);
}

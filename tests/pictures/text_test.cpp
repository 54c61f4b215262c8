#include "tools/pictures/text.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/pictures/support.h"
#include "tools/pictures/utf8.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

std::u32string characters(std::string_view text) {
  std::u32string result;
  for (const CodePoint& point : decode_utf8(text)) result += point.value;
  return result;
}

Picture paper(int width, int height) {
  Picture picture = Picture::black(width, height);
  std::fill(picture.rgb.begin(), picture.rgb.end(), 255.0f);
  return picture;
}

/// The box around all pixels that are not white.
struct Ink {
  int left = std::numeric_limits<int>::max(), top = left, right = -1, bottom = -1;
  bool none() const { return right < 0; }
};

Ink ink(const Picture& picture) {
  Ink box;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      if (value(picture, 1, x, y) == 255) continue;
      box.left = std::min(box.left, x);
      box.right = std::max(box.right, x);
      box.top = std::min(box.top, y);
      box.bottom = std::max(box.bottom, y);
    }
  }
  return box;
}

}  // namespace

TEST_CASE("UTF-8: characters of every length, and where they end") {
  CHECK(characters("aß€𝄞") == U"aß€𝄞");
  CHECK(characters("").empty());
  CHECK(characters("\u0080\u07FF\u0800\uD7FF\uE000\uFFFF\U00010000\U0010FFFF") ==
        U"\u0080\u07FF\u0800\uD7FF\uE000\uFFFF\U00010000\U0010FFFF");
  const std::vector<CodePoint> points = decode_utf8("aß€𝄞");
  REQUIRE(points.size() == 4);
  CHECK(points[0].end == 1);
  CHECK(points[1].end == 3);
  CHECK(points[2].end == 6);
  CHECK(points[3].end == 10);
}

TEST_CASE("UTF-8: what is malformed becomes a replacement character, and the rest is read on") {
  CHECK(characters("a\xFFz") == U"a\uFFFDz");
  CHECK(characters("a\x80z") == U"a\uFFFDz");
  CHECK(characters("a\xE2\x82z") == U"a\uFFFDz");                        // cut off within
  CHECK(characters("a\xE2\x82") == U"a\uFFFD");                          // and at the end
  CHECK(characters("\xC0\xAF") == U"\uFFFD\uFFFD");                      // overlong
  CHECK(characters("\xE0\x80\xAF") == U"\uFFFD\uFFFD\uFFFD");            // overlong
  CHECK(characters("\xED\xA0\x80") == U"\uFFFD\uFFFD\uFFFD");            // a surrogate
  CHECK(characters("\xF4\x90\x80\x80") == U"\uFFFD\uFFFD\uFFFD\uFFFD");  // above U+10FFFF
  CHECK(characters("\xF1\x80\x80\xE1\x80z") == U"\uFFFD\uFFFDz");        // two beginnings
}

TEST_CASE("Text is as wide as it is long, and grows with the font") {
  const Font font(16), large(32), bold(16, true);
  CHECK(font.width("") == 0);
  CHECK(font.width("WWWW") > font.width("iiii"));
  CHECK(font.width("layers") < font.width("layers of style"));
  CHECK(font.width("nnnn") == doctest::Approx(4 * font.width("n")));
  CHECK(large.width("style") == doctest::Approx(2 * font.width("style")).epsilon(0.05));
  CHECK(bold.width("style") > font.width("style"));
  CHECK(font.width("a\tb") == font.width("a b"));
  CHECK(font.ascent() > font.descent());
  CHECK(font.descent() > 0);
  CHECK(font.line_height() >= 16);
  CHECK_THROWS_AS(Font(3), InternalError);
  CHECK_THROWS_AS(Font{std::nan("")}, InternalError);
}

TEST_CASE("Text is shortened to what fits, between characters") {
  const Font font(14);
  const std::string text = "N\u00e4chte \u00fcber \u00d6land";
  CHECK(font.shortened(text, font.width(text)) == text);
  for (double width = 0; width < font.width(text); width += 1.5) {
    const std::string part = font.shortened(text, width);
    CHECK(font.width(part) <= width);
    if (part.empty()) continue;
    REQUIRE(part.ends_with("\u2026"));
    const std::string kept = part.substr(0, part.size() - 3);
    CHECK(text.starts_with(kept));
    CHECK(!kept.ends_with(' '));
    CHECK(characters(part).find(U'\uFFFD') == std::u32string::npos);
  }
  // As much as fits: one character more would not.
  const std::string part = font.shortened("nnnnnnnnnn", font.width("nnnn\u2026") + 0.01);
  CHECK(part == "nnnn\u2026");
  CHECK(font.shortened(text, font.width("\u2026") / 2).empty());
}

TEST_CASE("Text is drawn above its baseline, as wide as it says, in its colour") {
  const Font font(20);
  Picture picture = paper(200, 60);
  font.draw(picture, 30, 40, "HHH", {200, 0, 0});
  const Ink box = ink(picture);
  CHECK(box.left >= 30);
  CHECK(box.left <= 33);
  CHECK(box.right <= 30 + font.width("HHH"));
  CHECK(box.right >= 30 + font.width("HHH") - 5);
  CHECK(box.bottom == 39);
  CHECK(box.top > 40 - font.ascent());
  CHECK(box.top <= 28);
  float least = 255;
  for (int x = box.left; x <= box.right; ++x) {
    least = std::min(least, value(picture, 1, x, 35));
    // Between white and (200, 0, 0): green and blue are the same, red is never below 200.
    CHECK(value(picture, 1, x, 35) == value(picture, 2, x, 35));
    CHECK(value(picture, 0, x, 35) >= 200);
  }
  CHECK(least < 40);  // the stems are the colour itself, or nearly
}

TEST_CASE("Text between pixels is drawn between pixels") {
  const Font font(20);
  Picture whole = paper(60, 40), moved = whole, half = whole;
  font.draw(whole, 10, 30, "l", {});
  font.draw(moved, 11, 30, "l", {});
  font.draw(half, 10.5, 30, "l", {});
  CHECK(distance(whole, half) > 20);
  CHECK(distance(moved, half) > 20);
  for (int x = 0; x + 1 < whole.width; ++x) {
    CHECK(value(whole, 0, x, 25) == value(moved, 0, x + 1, 25));
  }
}

TEST_CASE("What lies outside of the picture is cut off") {
  const Font font(20);
  const std::string text = "style";
  Picture large = paper(140, 80), small = paper(40, 12);
  font.draw(large, 40, 42, text, {});
  font.draw(small, -10, 10, text, {});  // a window of the large one, from (50, 32)
  for (int y = 0; y < small.height; ++y) {
    for (int x = 0; x < small.width; ++x) {
      CHECK(value(small, 0, x, y) == value(large, 0, x + 50, y + 32));
    }
  }
  Picture untouched = paper(40, 12);
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double far : {-1000.0, 1000.0, 1e300, -infinity, infinity, std::nan("")}) {
    font.draw(untouched, far, 10, text, {});
    font.draw(untouched, 5, far, text, {});
  }
  font.draw(untouched, 5, 10, "", {});
  CHECK(ink(untouched).none());
}

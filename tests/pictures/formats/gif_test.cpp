#include "tests/pictures/formats/other_files.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// Eleven rows of three pixels, each row of an index of its own, at (1, 2) of a screen of 5 x 14.
GifFile rows() {
  GifFile file;
  file.screen_width = 5;
  file.screen_height = 14;
  file.left = 1;
  file.top = 2;
  file.width = 3;
  file.height = 11;
  for (std::uint8_t i = 0; i < 16; ++i) {
    const auto step = static_cast<std::uint8_t>(10 * i);
    file.palette.insert(file.palette.end(),
                        {step, static_cast<std::uint8_t>(step + 1), static_cast<std::uint8_t>(90)});
  }
  for (std::uint8_t y = 0; y < 11; ++y) file.indices.insert(file.indices.end(), 3, y);
  return file;
}

}  // namespace

TEST_CASE("A GIF file: palette, place on the screen, interlaced or not") {
  GifFile file = rows();
  for (const bool is_interlaced : {false, true}) {
    file.is_interlaced = is_interlaced;
    const Picture picture = decode_picture(encode(file), "p", {.background = {1, 2, 3}});
    REQUIRE(picture.width == 5);
    REQUIRE(picture.height == 14);
    for (int y = 0; y < 14; ++y) {
      const bool inside = y >= 2 && y < 13;
      const auto step = static_cast<float>(10 * (y - 2));
      CHECK(value(picture, 0, 0, y) == 1);
      CHECK(value(picture, 0, 4, y) == 1);
      CHECK(value(picture, 0, 2, y) == (inside ? step : 1));
      CHECK(value(picture, 1, 2, y) == (inside ? step + 1 : 2));
      CHECK(value(picture, 2, 2, y) == (inside ? 90 : 3));
    }
  }
}

TEST_CASE("A GIF file: the transparent index shows the background, further frames do not show") {
  GifFile file = rows();
  file.transparent = 4;
  file.has_more_frames = true;
  const Picture picture = decode_picture(encode(file), "p", {.background = {1, 2, 3}});
  CHECK(value(picture, 0, 1, 6) == 1);
  CHECK(value(picture, 2, 1, 6) == 3);
  CHECK(value(picture, 0, 1, 7) == 50);
}

TEST_CASE("A GIF file that makes no sense, or is too large, is refused") {
  const auto error = [](const Bytes& bytes, int max_megapixels = 100) {
    return input_error([&] { decode_picture(bytes, "p", {.max_megapixels = max_megapixels}); });
  };
  GifFile file = rows();
  file.left = 3;
  CHECK(contains(error(encode(file)), "its first frame does not fit"));
  file = rows();
  file.screen_width = 1500;
  file.screen_height = 1000;
  CHECK(contains(error(encode(file), 1), "1500x1000"));
  CHECK(decode_picture(encode(file), "p", {.max_megapixels = 5}).width == 1500);
  Bytes empty = encode(rows());
  empty.resize(13 + 48);  // screen and palette
  empty.push_back(';');
  CHECK(contains(error(empty), "it has no frame"));
}

#include "tests/pictures/formats/other_files.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// 3 x 2 pixels of which all differ.
BmpFile small(unsigned bits) {
  BmpFile file;
  file.width = 3;
  file.height = 2;
  file.bits = bits;
  return file;
}

/// Blue, green, red and nothing of `count` colours: red is 10 i, green 10 i + 1, blue 90.
Bytes palette(unsigned count) {
  Bytes bytes;
  for (unsigned i = 0; i < count; ++i) {
    bytes.push_back(90);
    bytes.push_back(static_cast<std::uint8_t>(10 * i + 1));
    bytes.push_back(static_cast<std::uint8_t>(10 * i));
    bytes.push_back(0);
  }
  return bytes;
}

void check_reds(const BmpFile& file, const std::vector<float>& reds) {
  const Picture picture = decode_picture(encode(file), "p");
  REQUIRE(picture.width == file.width);
  REQUIRE(picture.height == file.height);
  for (std::size_t i = 0; i < reds.size(); ++i) CHECK(picture.plane(0)[i] == reds[i]);
}

}  // namespace

TEST_CASE("A BMP file with a palette: 1, 4 and 8 bits, from the bottom up and from the top down") {
  for (const unsigned bits : {1U, 4U, 8U}) {
    for (const unsigned header : {40U, 108U, 124U}) {
      BmpFile file = small(bits);
      file.header_bytes = header;
      file.palette = palette(bits == 1 ? 2 : 6);  // fewer than there might be
      const unsigned most = bits == 1 ? 1 : 5;
      std::vector<float> reds;
      for (unsigned i = 0; i < 6; ++i) {
        file.pixels.push_back(i * i % (most + 1));
        reds.push_back(10 * static_cast<float>(file.pixels.back()));
      }
      CAPTURE(bits);
      CAPTURE(header);
      check_reds(file, reds);
      file.is_top_down = true;
      check_reds(file, reds);
      const Picture picture = decode_picture(encode(file), "p");
      CHECK(value(picture, 1, 2, 0) == reds[2] + 1);
      CHECK(value(picture, 2, 2, 0) == 90);
    }
  }
}

TEST_CASE("A BMP file of 16 bits: 5 each, or as its masks say") {
  BmpFile file = small(16);
  file.pixels = {0, 31U << 10, 16U << 10, 31U << 5, 31, 0x7FFF};
  check_reds(file, {0, 255, 132, 0, 0, 255});
  Picture picture = decode_picture(encode(file), "p");
  CHECK(value(picture, 1, 0, 1) == 255);
  CHECK(value(picture, 2, 1, 1) == 255);
  file.masks = {0xF800, 0x07E0, 0x001F};
  file.pixels = {0, 31U << 11, 16U << 11, 32U << 5, 31, 0xFFFF};
  check_reds(file, {0, 255, 132, 0, 0, 255});
  picture = decode_picture(encode(file), "p");
  CHECK(value(picture, 1, 0, 1) == 130);
}

TEST_CASE("A BMP file of 24 and 32 bits, its alpha") {
  BmpFile file = small(24);
  file.pixels = {0x102030, 0x112131, 0x122232, 0x132333, 0x142434, 0xFF00FF};
  check_reds(file, {16, 17, 18, 19, 20, 255});
  file.bits = 32;
  check_reds(file, {16, 17, 18, 19, 20, 255});  // no alpha anywhere is opaque
  for (unsigned& pixel : file.pixels) pixel |= 0xFF000000U;
  file.pixels[1] = 0x80112131;
  file.pixels[2] = 0x00122232;
  const Picture picture = decode_picture(encode(file), "p", {.background = {200, 0, 0}});
  CHECK(value(picture, 0, 0, 0) == 16);
  CHECK(value(picture, 0, 1, 0) == doctest::Approx(17 * 128 / 255.0 + 200 * 127 / 255.0));
  CHECK(value(picture, 0, 2, 0) == 200);
  CHECK(value(picture, 2, 0, 0) == 48);
}

TEST_CASE("A BMP file whose index its palette lacks looks the same each time") {
  BmpFile file = small(8);
  file.palette = palette(2);
  file.pixels = {0, 1, 2, 77, 255, 0};
  const Picture first = decode_picture(encode(file), "p");
  decode_picture(encode(sample_png(20, 20)), "p");
  BmpFile other = small(8);
  other.palette = palette(25);
  other.pixels = {24, 23, 22, 21, 20, 19};
  decode_picture(encode(other), "p");
  CHECK(distance(decode_picture(encode(file), "p"), first) == 0);
}

TEST_CASE("A BMP file that makes no sense, is too large or compressed is refused") {
  const auto error = [](const Bytes& bytes, int max_megapixels = 100) {
    return input_error([&] { decode_picture(bytes, "p", {.max_megapixels = max_megapixels}); });
  };
  BmpFile file = small(8);
  file.palette = palette(2);
  file.pixels = {0, 1, 0, 1, 0, 1};
  file.compression = 1;
  CHECK(contains(error(encode(file)), "unsupported BMP file (its header makes no sense, or the"));
  file.compression = 0;
  file.palette.clear();
  CHECK(contains(error(encode(file)), "'p' is a damaged, truncated or unsupported BMP file"));
  file.palette = palette(2);
  Bytes old = encode(file);
  old[14] = 12;
  CHECK(contains(error(old), "it has OS/2's header"));
  file = small(24);
  file.pixels.assign(6, 0);
  Bytes bytes = encode(file);
  CHECK(decode_picture(bytes, "p").width == 3);
  bytes.resize(bytes.size() - 3);  // the padding of the last row
  CHECK(decode_picture(bytes, "p").width == 3);
  bytes.pop_back();
  CHECK(contains(error(bytes), "it is cut off"));
  file.width = 1500;
  file.height = 1000;
  file.pixels.assign(1'500'000, 0);
  CHECK(contains(error(encode(file), 1), "1500x1000"));
  CHECK(decode_picture(encode(file), "p", {.max_megapixels = 5}).width == 1500);
  file = small(24);
  file.pixels.assign(6, 0);
  for (const unsigned height : {0U, 0x80000000U}) {
    Bytes wrong = encode(file);
    for (unsigned i = 0; i < 4; ++i) wrong[22 + i] = static_cast<std::uint8_t>(height >> 8 * i);
    CHECK(contains(error(wrong), "it has no pixels"));
  }
}

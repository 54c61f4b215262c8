#include <png.h>

#include "tests/pictures/support.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// ABC over DEF as each orientation has it shown (Exif 2.3, table 6), rows parted by '/'.
constexpr std::string_view kShown[] = {"ABC/DEF",  "CBA/FED",  "FED/CBA",  "DEF/ABC",
                                       "AD/BE/CF", "DA/EB/FC", "FC/EB/DA", "CF/BE/AD"};

unsigned brightness(char letter) {
  return static_cast<unsigned>(40 * (letter - 'A') + 10);
}

/// The letters of a picture whose letters are squares of `size` pixels.
std::string letters(const Picture& picture, int size) {
  std::string result;
  for (int y = size / 2; y < picture.height; y += size) {
    if (!result.empty()) result += '/';
    for (int x = size / 2; x < picture.width; x += size) {
      result += static_cast<char>('A' + (value(picture, 0, x, y) - 10) / 40 + 0.5f);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("PNG with each of the 8 orientations") {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    PngFile file;
    file.width = 3;
    file.height = 2;
    file.color_type = PNG_COLOR_TYPE_GRAY;
    for (const char letter : std::string("ABCDEF")) file.samples.push_back(brightness(letter));
    Bytes exif = exif_block(orientation, orientation % 2 == 0);
    file.describe = [&](png_structp png, png_infop info) {
      png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()), exif.data());
    };
    CHECK(letters(decode_picture(encode(file), "p"), 1) == kShown[orientation - 1]);
  }
}

TEST_CASE("JPEG with each of the 8 orientations, in both byte orders") {
  constexpr int kSize = 16;
  JpegFile file;
  file.width = 3 * kSize;
  file.height = 2 * kSize;
  file.channels = 1;
  for (int y = 0; y < file.height; ++y) {
    for (int x = 0; x < file.width; ++x) {
      const char letter = static_cast<char>('A' + 3 * (y / kSize) + x / kSize);
      file.samples.push_back(static_cast<std::uint8_t>(brightness(letter)));
    }
  }
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool big_endian : {false, true}) {
      file.exif = exif_block(orientation, big_endian);
      CHECK(letters(decode_picture(encode(file), "p"), kSize) == kShown[orientation - 1]);
    }
  }
}

TEST_CASE("An Exif block that makes no sense leaves the picture as it is") {
  JpegFile file = sample_jpeg(16, 8, 3);
  const Picture plain = decode_picture(encode(file), "p");
  for (const int orientation : {0, 9, 65535}) {
    file.exif = exif_block(orientation, false);
    CHECK(distance(decode_picture(encode(file), "p"), plain) == 0);
  }
  const Bytes whole = exif_block(6, true);
  for (std::size_t size = 1; size < 18; ++size) {  // 18 bytes give the orientation's tag and type
    file.exif.assign(whole.begin(), whole.begin() + static_cast<long>(size));
    CHECK(distance(decode_picture(encode(file), "p"), plain) == 0);
  }
}

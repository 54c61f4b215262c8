// Pictures that are resized as they are read.

#include <png.h>

#include <algorithm>
#include <cmath>

#include "tests/pictures/support.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

using Size = std::pair<int, int>;

Picture decode_at(const Bytes& bytes, Size size) {
  return decode_picture(bytes, "p", {.background = {200, 30, 90}}, [size](Size) { return size; });
}

Picture decode_whole(const Bytes& bytes) {
  return decode_picture(bytes, "p", {.background = {200, 30, 90}});
}

PngFile png_with_alpha(int width, int height) {
  PngFile file = sample_png(width, height);
  file.color_type = PNG_COLOR_TYPE_RGB_ALPHA;
  file.samples.resize(static_cast<std::size_t>(4 * width * height));
  for (std::size_t i = 0; i < file.samples.size(); ++i) {
    file.samples[i] = static_cast<unsigned>(i * i / 7 % 256);
  }
  return file;
}

PngFile turned(PngFile file, Bytes& exif, int orientation) {
  exif = exif_block(orientation, false);
  file.describe = [&exif](png_structp png, png_infop info) {
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()), exif.data());
  };
  return file;
}

/// `png` with its Exif block behind the pixels.
Bytes with_late_exif(Bytes png, std::size_t exif_size) {
  constexpr std::string_view kType = "eXIf";
  constexpr std::ptrdiff_t kEnd = 12;  // of IEND, a chunk without data
  const auto type = std::search(png.begin(), png.end(), kType.begin(), kType.end());
  REQUIRE(type != png.end());
  std::rotate(type - 4, type + 8 + static_cast<std::ptrdiff_t>(exif_size), png.end() - kEnd);
  return png;
}

double mean_distance(const Picture& a, const Picture& b) {
  REQUIRE(a.rgb.size() == b.rgb.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

}  // namespace

TEST_CASE("a PNG file read at a size has the pixels of one that is resized") {
  // 700 rows of 900 pixels are several bands.
  for (const auto& [width, height] : {Size{23, 17}, {900, 700}}) {
    PngFile file = png_with_alpha(width, height);
    for (const bool interlaced : {false, true}) {
      file.interlaced = interlaced;
      const Bytes bytes = encode(file);
      const Picture whole = decode_whole(bytes);
      for (const Size& size : {Size{width, height}, {16, 12}, {5, 700}, {31, height}}) {
        CHECK(decode_at(bytes, size).rgb == resize(whole, size.first, size.second).rgb);
      }
    }
  }
}

TEST_CASE("the size wanted is that of the upright picture") {
  Bytes exif;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const Bytes bytes = encode(turned(png_with_alpha(23, 17), exif, orientation));
    const Picture whole = decode_whole(bytes);
    for (const Bytes& file : {bytes, with_late_exif(bytes, exif.size())}) {
      CHECK(decode_whole(file).rgb == whole.rgb);
      Size own;
      const Picture picture =
          decode_picture(file, "p", {.background = {200, 30, 90}}, [&](Size size) {
            own = size;
            return Size{9, 6};
          });
      CHECK(own == Size{whole.width, whole.height});
      CHECK(picture.width == 9);
      CHECK(picture.height == 6);
      CHECK(distance(picture, resize(whole, 9, 6)) < 1e-3f);  // turned before, or after
    }
  }
}

TEST_CASE("a JPEG file that the decoder makes smaller looks the same") {
  for (const int channels : {1, 3, 4}) {
    for (const bool progressive : {false, true}) {
      JpegFile file = sample_jpeg(333, 251, channels);
      file.progressive = progressive;
      const Bytes bytes = encode(file);
      const Picture whole = decode_whole(bytes);
      // Halved from a quarter of the size on; not before.
      CHECK(decode_at(bytes, {84, 63}).rgb == resize(whole, 84, 63).rgb);
      for (const Size& size : {Size{83, 62}, {40, 30}, {20, 15}, {3, 3}, {83, 200}}) {
        const Picture expected = resize(whole, size.first, size.second);
        const Picture picture = decode_at(bytes, size);
        CHECK(mean_distance(picture, expected) < 2);  // of edges 255 high
        CHECK((picture.rgb == expected.rgb) == (size.second == 200));
      }
    }
  }
}

TEST_CASE("rows that are missing or too many are our own error") {
  Resizer resizer({4, 3}, {2, 2});
  resizer.push(Picture::black(4, 2));
  CHECK_THROWS_AS(resizer.push(Picture::black(3, 1)), InternalError);
  CHECK_THROWS_AS(resizer.push(Picture::black(4, 2)), InternalError);
  CHECK_THROWS_AS(resizer.finish(), InternalError);
  resizer.push(Picture::black(4, 1));
  CHECK(resizer.finish().rgb == Picture::black(2, 2).rgb);
}

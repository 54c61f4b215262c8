// Transparent parts: what is read of them, and what is written.

#include <png.h>

#include "tests/pictures/support.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// RGBA of 8 bits, each sample by `sample(x, y, channel)`.
template <typename Sample>
Bytes rgba(int width, int height, Sample sample) {
  PngFile file;
  file.width = width;
  file.height = height;
  file.color_type = PNG_COLOR_TYPE_RGB_ALPHA;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 4; ++c) file.samples.push_back(sample(x, y, c));
    }
  }
  return encode(file);
}

Picture grey(int width, int height, float (*value)(int x)) {
  Picture picture = Picture::black(width, height);
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
    picture.rgb[i] = value(static_cast<int>(i) % width);
  }
  return picture;
}

PictureAndAlpha read_bytes_with_alpha(const TemporaryFolder& folder, const Bytes& bytes,
                                      const WantedSize& wanted = {}) {
  write_bytes(folder.path("p.png"), bytes);
  return read_with_alpha(folder.path("p.png"), {}, wanted);
}

}  // namespace

TEST_CASE("A file whose alpha is opaque everywhere, or that has none, has no alpha") {
  const TemporaryFolder folder;
  const Bytes opaque =
      rgba(9, 7, [](int x, int y, int c) { return c == 3 ? 255U : unsigned(20 * x + y + c); });
  const PictureAndAlpha read = read_bytes_with_alpha(folder, opaque);
  CHECK(!read.alpha);
  CHECK(read.picture.rgb == read_picture(folder.path("p.png")).rgb);
  CHECK(!read_bytes_with_alpha(folder, encode(sample_png(9, 7))).alpha);
}

TEST_CASE("What a file hides where it is transparent stays hidden, and its colours go on there") {
  const TemporaryFolder folder;
  // Opaque orange at the left, at the right a hidden blue; between them half of each alpha.
  const auto sample = [](int x, int, int c) {
    const unsigned orange[] = {240, 120, 10, 255}, blue[] = {0, 0, 255, 0};
    if (x == 10) return c == 3 ? 128U : orange[c];
    return x < 10 ? orange[c] : blue[c];
  };
  const PictureAndAlpha read = read_bytes_with_alpha(folder, rgba(32, 20, sample));
  REQUIRE(read.alpha);
  CHECK(value(*read.alpha, 0, 3, 5) == 255);
  CHECK(value(*read.alpha, 1, 10, 5) == doctest::Approx(128));
  CHECK(value(*read.alpha, 2, 11, 19) == 0);
  for (const int x : {0, 9, 10, 11, 14, 20, 31}) {
    CAPTURE(x);
    CHECK(std::abs(value(read.picture, 0, x, 7) - 240) < 1);
    CHECK(std::abs(value(read.picture, 1, x, 7) - 120) < 1);
    CHECK(std::abs(value(read.picture, 2, x, 7) - 10) < 1);
  }
}

TEST_CASE("Colours go on from the nearest edge first") {
  const TemporaryFolder folder;
  const auto sample = [](int x, int, int c) {
    if (c == 3) return x < 8 || x >= 24 ? 255U : 0U;
    return x < 16 ? 40U : 200U;
  };
  const PictureAndAlpha read = read_bytes_with_alpha(folder, rgba(32, 32, sample));
  CHECK(value(read.picture, 0, 9, 16) < 80);
  CHECK(value(read.picture, 0, 22, 16) > 160);
  const Bytes nothing = rgba(5, 4, [](int, int, int c) { return c == 3 ? 0U : 99U; });
  const PictureAndAlpha empty = read_bytes_with_alpha(folder, nothing);
  REQUIRE(empty.alpha);
  for (const float v : empty.picture.rgb) CHECK(v == 0);
}

TEST_CASE("Alpha is resized and turned with its picture") {
  const TemporaryFolder folder;
  PngFile file = sample_png(24, 12);
  file.color_type = PNG_COLOR_TYPE_RGB_ALPHA;
  file.samples.clear();
  for (int i = 0; i < 24 * 12; ++i) {
    for (int c = 0; c < 4; ++c) file.samples.push_back(c == 3 && i % 24 >= 12 ? 0 : 255);
  }
  Bytes exif = exif_block(6, false);  // upright after a quarter turn to the right
  file.describe = [&exif](png_structp png, png_infop info) {
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()), exif.data());
  };
  const PictureAndAlpha read =
      read_bytes_with_alpha(folder, encode(file), [](auto) { return std::pair(6, 12); });
  REQUIRE(read.alpha);
  CHECK(read.alpha->width == 6);
  CHECK(read.alpha->height == 12);
  CHECK(value(*read.alpha, 0, 3, 1) == 255);
  CHECK(value(*read.alpha, 0, 3, 10) == 0);
}

TEST_CASE("PNG, WebP and TIFF give back the alpha that was written") {
  const TemporaryFolder folder;
  const Picture picture = grey(19, 8, [](int x) { return static_cast<float>(13 * x); });
  const Picture alpha = grey(19, 8, [](int x) { return static_cast<float>(255 - 14 * (x / 2)); });
  for (const auto& [name, bits] :
       {std::pair{"p.png", 8}, {"p16.png", 16}, {"p.webp", 8}, {"p.tif", 8}, {"p16.tif", 16}}) {
    const std::string path = folder.path(name);
    INFO(path);
    write_picture(path, picture, bits, {{"Software", "vggstyle"}}, &alpha);
    const PictureAndAlpha read = read_with_alpha(path);
    REQUIRE(read.alpha);
    CHECK(distance(*read.alpha, alpha) < 0.01F);
    CHECK(read_picture_text(path).front().second == "vggstyle");
    // What is opaque is as it was; behind the rest shows the background.
    const Picture on_white = read_picture(path);
    CHECK(value(on_white, 0, 1, 3) == doctest::Approx(13));
    CHECK(value(on_white, 0, 10, 3) ==
          doctest::Approx((185 * 130 + 70 * 255) / 255.0).epsilon(1e-3));
  }
}

TEST_CASE("JPEG has no alpha, and a picture's alpha has its size") {
  const TemporaryFolder folder;
  const Picture picture = Picture::black(4, 4);
  const std::string error =
      input_error([&] { write_picture(folder.path("p.jpg"), picture, 8, {}, &picture); });
  CHECK(contains(error, "JPEG has no transparency"));
  const Picture other = Picture::black(4, 5);
  CHECK_THROWS_AS(write_picture(folder.path("p.png"), picture, 8, {}, &other), InternalError);
  CHECK(folder.files().empty());
}

#include <webp/encode.h>

#include "tests/pictures/formats/other_files.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// Four pixels: red, half-transparent green, transparent, grey.
WebpFile four_pixels() {
  return {4, 1, {{200, 10, 20, 255, 0, 100, 0, 128, 9, 9, 9, 0, 70, 70, 70, 255}}, {}, {}};
}

}  // namespace

TEST_CASE("A lossless WebP file: its samples, mixed with the background") {
  const Picture picture =
      decode_picture(encode(four_pixels()), "p", {.background = {255, 255, 255}});
  CHECK(value(picture, 0, 0, 0) == 200);
  CHECK(value(picture, 1, 0, 0) == 10);
  CHECK(value(picture, 2, 0, 0) == 20);
  constexpr float kAlpha = 128.0f / 255;
  CHECK(value(picture, 0, 1, 0) == doctest::Approx(255 * (1 - kAlpha)));
  CHECK(value(picture, 1, 1, 0) == doctest::Approx(100 * kAlpha + 255 * (1 - kAlpha)));
  CHECK(value(picture, 2, 2, 0) == 255);
  CHECK(value(picture, 2, 3, 0) == 70);
}

TEST_CASE("A lossy WebP file is near to its picture") {
  const JpegFile sample = sample_jpeg(16, 12, 3);
  std::uint8_t* out = nullptr;
  const std::size_t size = WebPEncodeRGB(sample.samples.data(), 16, 12, 48, 100, &out);
  REQUIRE(size > 0);
  const Bytes bytes(out, out + size);
  WebPFree(out);
  CHECK(distance(decode_picture(bytes, "p"), decode_picture(encode(sample_png(16, 12)), "q")) < 24);
}

TEST_CASE("An animated WebP file gives its first frame") {
  WebpFile file = four_pixels();
  const Picture still = decode_picture(encode(file), "p");
  file.frames.push_back(Bytes(16, 50));
  CHECK(distance(decode_picture(encode(file), "p"), still) == 0);
}

TEST_CASE("WebP with each orientation, with and without JPEG's signature before the block") {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    WebpFile file{3, 2, {{}}, {}, exif_block(orientation, orientation % 2 == 0)};
    PngFile same{3, 2, 8, 2, false, {}, {}};
    for (unsigned i = 0; i < 6; ++i) {
      for (unsigned c = 0; c < 3; ++c) same.samples.push_back(40 * i + c);
      for (unsigned c = 0; c < 3; ++c) {
        file.frames[0].push_back(static_cast<std::uint8_t>(40 * i + c));
      }
      file.frames[0].push_back(255);
    }
    JpegFile turned = sample_jpeg(48, 32, 3);
    turned.exif = file.exif;
    const Picture shape = decode_picture(encode(turned), "p");  // the size that JPEG gets
    const Picture picture = decode_picture(encode(file), "p");
    CHECK(picture.width * 16 == shape.width);
    CHECK(picture.height * 16 == shape.height);
    const float corners[] = {0, 80, 200, 120, 0, 120, 200, 80};  // of the upper left
    CHECK(value(picture, 0, 0, 0) == corners[orientation - 1]);
    Bytes with_signature = {'E', 'x', 'i', 'f', 0, 0};
    with_signature.insert(with_signature.end(), file.exif.begin(), file.exif.end());
    file.exif = with_signature;
    CHECK(distance(decode_picture(encode(file), "p"), picture) == 0);
  }
}

TEST_CASE("A WebP file above the limit is refused by its header") {
  WebpFile file{1200, 1000, {Bytes(std::size_t{1200} * 1000 * 4, 7)}, {}, {}};
  const Bytes bytes = encode(file);
  CHECK(contains(input_error([&] { decode_picture(bytes, "p", {.max_megapixels = 1}); }),
                 "1200x1000"));
  CHECK(decode_picture(bytes, "p", {.max_megapixels = 4}).width == 1200);
}

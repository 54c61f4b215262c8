// HEIC and AVIF, where libheif is there and can write them.

#include <cmath>
#include <random>
#include <span>

#include "runtime/error.h"
#include "tests/pictures/formats/other_files.h"
#include "tools/pictures/read.h"

#ifdef VGGSTYLE_HEIF

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

HeifFile sample_heif(bool is_avif, int bits) {
  HeifFile file{32, 24, bits, is_avif, {}, {}};
  const JpegFile sample = sample_jpeg(32, 24, 3);
  const unsigned scale = bits > 8 ? 4 : 1;
  for (std::size_t i = 0; i < sample.samples.size(); ++i) {
    file.samples.push_back(static_cast<std::uint16_t>(scale * sample.samples[i]));
    if (i % 3 == 2) file.samples.push_back(static_cast<std::uint16_t>(256 * scale - 1));
  }
  return file;
}

}  // namespace

TEST_CASE("HEIC files of 8 and 10 bits, AVIF files") {
  const Picture expected = decode_picture(encode(sample_png(32, 24)), "q");
  for (const auto& sort : {std::pair{false, 8}, {false, 10}, {true, 8}}) {
    CAPTURE(sort.first);
    CAPTURE(sort.second);
    const Bytes bytes = encode(sample_heif(sort.first, sort.second));
    REQUIRE_FALSE(bytes.empty());
    CHECK(distance(decode_picture(bytes, "p"), expected) < 8);
  }
}

TEST_CASE(
    "The colours of a HEIC file by numbers: Display P3's are more vivid, sRGB's are as they are") {
  HeifFile file{16, 16, 8, false, {}, {}};
  for (int i = 0; i < 256; ++i) file.samples.insert(file.samples.end(), {200, 120, 120, 255});
  const auto mean = [&](std::uint16_t primaries, std::uint16_t transfer, int channel) {
    file.primaries = primaries;
    file.transfer = transfer;
    return value(decode_picture(encode(file), "p"), channel, 8, 8);
  };
  for (const std::uint16_t transfer : std::initializer_list<std::uint16_t>{1, 13, 16}) {
    CHECK(std::abs(mean(1, transfer, 0) - 200) < 3);
    CHECK(std::abs(mean(1, transfer, 1) - 120) < 3);
  }
  // By the matrices of SMPTE EG 432-1 with sRGB's curve, and of sRGB.
  CHECK(std::abs(mean(12, 13, 0) - 213) < 3);
  CHECK(std::abs(mean(12, 13, 1) - 115) < 3);
  CHECK(std::abs(mean(1, 8, 1) - 181) < 3);  // linear light
  CHECK(std::abs(mean(2, 2, 1) - 120) < 3);
}

TEST_CASE("Transparent parts of a HEIC file show the background") {
  HeifFile file = sample_heif(false, 8);
  for (std::size_t i = 3; i < file.samples.size() / 2; i += 4) file.samples[i] = 0;
  const Picture picture = decode_picture(encode(file), "p", {.background = {255, 0, 0}});
  CHECK(value(picture, 0, 5, 3) > 250);
  CHECK(value(picture, 1, 5, 3) < 5);
  CHECK(value(picture, 1, 5, 20) > 20);
}

TEST_CASE("A HEIC file above the limit is refused by its header") {
  HeifFile file{1200, 1000, 8, false, {}, {}};
  file.samples.assign(std::size_t{1200} * 1000 * 4, 90);
  const Bytes bytes = encode(file);
  CHECK(contains(input_error([&] { decode_picture(bytes, "p", {.max_megapixels = 1}); }),
                 "1200x1000"));
}

// Apart from the other formats: a decoder starts threads of its own each time, and dav1d prints what
// it finds wrong in an AVIF file, which libheif has no way to stop.
TEST_CASE("A HEIC or AVIF file that is cut off or has wrong bytes is an error or a picture") {
  const OverlookLeaks of_libheif;  // 1.15 loses 52 bytes where a file's numbers of colours are none
  std::mt19937 random(3);
  for (const bool is_avif : {false, true}) {
    const Bytes whole = encode(sample_heif(is_avif, 8));
    for (std::size_t size = 12; size < whole.size(); size += 13) {
      CHECK_THROWS_AS(decode_picture(std::span(whole).first(size), "p"), InputError);
    }
    int errors = 0, pictures = 0;
    for (int round = 0; round < 150; ++round) {
      Bytes bytes = whole;
      bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
      try {
        const Picture picture = decode_picture(bytes, "p");
        REQUIRE(picture.rgb.size() == 3 * picture.pixels());
        ++pictures;
      } catch (const InputError&) {
        ++errors;
      }
    }
    CHECK(errors > 0);
    CHECK(errors + pictures == 150);
  }
}

#endif

#include <tiffio.h>

#include "tests/pictures/formats/other_files.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

TiffFile sample_tiff(int width, int height, int channels, int bits = 8) {
  TiffFile file;
  file.width = width;
  file.height = height;
  file.channels = channels;
  file.bits = bits;
  const JpegFile sample = sample_jpeg(width, height, channels);
  for (const std::uint8_t value : sample.samples) {
    file.samples.push_back(static_cast<std::uint16_t>(bits == 16 ? 256 * value + 37 : value));
  }
  return file;
}

Picture decode(const TiffFile& file) {
  return decode_picture(encode(file), "p", {.background = {0, 0, 0}});
}

Picture sample_picture(int width, int height) {
  return decode_picture(encode(sample_png(width, height)), "q");
}

std::string error_of(const TiffFile& file) {
  return input_error([&] { decode(file); });
}

}  // namespace

TEST_CASE("RGB TIFF files, however their samples lie") {
  const Picture expected = sample_picture(21, 18);
  for (const int compression :
       {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS}) {
    TiffFile file = sample_tiff(21, 18, 3);
    file.compression = static_cast<unsigned>(compression);
    CHECK(distance(decode(file), expected) == 0);
    file.is_big_endian = true;
    CHECK(distance(decode(file), expected) == 0);
    file.has_planes = true;
    CHECK(distance(decode(file), expected) == 0);
    file.has_planes = false;
    file.is_tiled = true;
    CHECK(distance(decode(file), expected) == 0);
  }
}

TEST_CASE("TIFF files of 16 bits keep them") {
  for (const bool is_big_endian : {false, true}) {
    TiffFile file = sample_tiff(9, 5, 3, 16);
    file.is_big_endian = is_big_endian;
    const Picture picture = decode(file);
    for (std::size_t i = 0; i < 45; ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        CHECK(picture.rgb[c * 45 + i] ==
              doctest::Approx(static_cast<float>(file.samples[3 * i + c]) / 257).epsilon(1e-6));
      }
    }
  }
}

TEST_CASE("Grey, white is zero, palette and CMYK TIFF files") {
  TiffFile grey = sample_tiff(9, 5, 1);
  grey.photometric = PHOTOMETRIC_MINISBLACK;
  const Picture picture = decode(grey);
  CHECK(value(picture, 2, 4, 3) == static_cast<float>(grey.samples[3 * 9 + 4]));
  TiffFile inverse = grey;
  inverse.photometric = PHOTOMETRIC_MINISWHITE;
  for (auto& sample : inverse.samples) sample = static_cast<std::uint16_t>(255 - sample);
  CHECK(distance(decode(inverse), picture) == 0);
  TiffFile palette = grey;
  palette.photometric = PHOTOMETRIC_PALETTE;
  for (unsigned i = 0; i < 768; ++i) {
    palette.palette.push_back(static_cast<std::uint16_t>(257 * (i % 256)));
  }
  CHECK(distance(decode(palette), picture) == 0);

  TiffFile cmyk = sample_tiff(9, 5, 4);
  cmyk.photometric = PHOTOMETRIC_SEPARATED;
  const Picture inks = decode(cmyk);
  const std::uint16_t* pixel = cmyk.samples.data() + 4 * (2 * 9 + 3);
  CHECK(value(inks, 1, 3, 2) == doctest::Approx((255 - pixel[1]) * (255 - pixel[3]) / 255.0));
}

TEST_CASE("Alpha in TIFF files: multiplied in or not, or another thing") {
  TiffFile file = sample_tiff(1, 1, 4);
  file.samples = {100, 60, 20, 128};
  const auto red = [&](int extra) {
    file.extra = extra;
    return value(decode(file), 0, 0, 0);
  };
  CHECK(red(EXTRASAMPLE_UNASSALPHA) == doctest::Approx(100 * 128 / 255.0));
  CHECK(red(EXTRASAMPLE_ASSOCALPHA) == doctest::Approx(100).epsilon(1e-3));
  CHECK(red(EXTRASAMPLE_UNSPECIFIED) == 100);
  file.has_planes = true;  // by libtiff's own way to RGBA
  CHECK(red(EXTRASAMPLE_UNASSALPHA) == doctest::Approx(100 * 128 / 255.0).epsilon(0.01));
  CHECK(red(EXTRASAMPLE_ASSOCALPHA) == doctest::Approx(100).epsilon(0.01));
}

TEST_CASE("TIFF with each orientation, in strips and in tiles") {
  for (unsigned orientation = 1; orientation <= 8; ++orientation) {
    PngFile png = sample_png(7, 4);
    Bytes exif = exif_block(static_cast<int>(orientation), true);
    JpegFile jpeg = sample_jpeg(7, 4, 3);
    jpeg.exif = exif;
    WebpFile same{7, 4, {{}}, {}, exif};
    for (std::size_t i = 0; i < png.samples.size(); ++i) {
      same.frames[0].push_back(static_cast<std::uint8_t>(png.samples[i]));
      if (i % 3 == 2) same.frames[0].push_back(255);
    }
    TiffFile file = sample_tiff(7, 4, 3);
    file.orientation = orientation;
    CHECK(distance(decode(file), decode_picture(encode(same), "p")) == 0);
    file.is_tiled = true;
    CHECK(distance(decode(file), decode_picture(encode(same), "p")) == 0);
  }
}

TEST_CASE("TIFF files that are not pictures to us are refused with the reason") {
  TiffFile file = sample_tiff(9, 5, 3);
  file.is_thumbnail = true;
  CHECK(contains(error_of(file), "raw camera file"));
  file = sample_tiff(9, 5, 3);
  file.is_floating = true;
  CHECK(contains(error_of(file), "TIFF file (Sorry, can not handle images with 32-bit samples)"));
  file = sample_tiff(1200, 1000, 3);
  const Bytes large = encode(file);
  CHECK(contains(input_error([&] { decode_picture(large, "p", {.max_megapixels = 1}); }),
                 "1200x1000"));
}

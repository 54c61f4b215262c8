#include <lcms2.h>
#include <png.h>

#include <array>
#include <cmath>
#include <random>

#include "tests/pictures/support.h"
#include "tests/support/profiles.h"
#include "tools/pictures/formats/color_profile.h"
#include "tools/pictures/formats/input_formats.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

double srgb_encoded(double light) {
  if (light <= 0) return 0;
  if (light >= 1) return 255;
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055);
}

/// By the published matrices (Adobe RGB (1998) Color Image Encoding, 4.3.5.3; IEC 61966-2-1).
std::array<double, 3> adobe_to_srgb(std::array<double, 3> rgb) {
  for (double& value : rgb) value = std::pow(value, kAdobeGamma);
  const auto [r, g, b] = rgb;
  const double x = 0.57667 * r + 0.18556 * g + 0.18823 * b;
  const double y = 0.29734 * r + 0.62736 * g + 0.07529 * b;
  const double z = 0.02703 * r + 0.07069 * g + 0.99134 * b;
  return {srgb_encoded(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
          srgb_encoded(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z),
          srgb_encoded(0.0556434 * x - 0.2040259 * y + 1.0572252 * z)};
}

PngFile with_profile(PngFile file, const Bytes& profile) {
  file.describe = [&profile](png_structp png, png_infop info) {
    png_set_iCCP(png, info, "test", 0, profile.data(), static_cast<png_uint_32>(profile.size()));
  };
  return file;
}

}  // namespace

TEST_CASE("An RGB profile in a PNG: colours as the published matrices give them") {
  const Bytes profile = adobe_like_profile();
  PngFile file;
  file.width = 6;
  file.height = 1;
  file.bits = 16;
  file.color_type = PNG_COLOR_TYPE_RGB;
  // The last is greener than sRGB can show, and is clipped.
  const std::array<double, 3> colors[] = {{0.5, 0.5, 0.5}, {0.8, 0.6, 0.4}, {0.3, 0.4, 0.7},
                                          {1, 1, 1},       {0, 0, 0},       {0, 1, 0}};
  for (const auto& color : colors) {
    for (const double value : color) {
      file.samples.push_back(static_cast<unsigned>(std::lround(65535 * value)));
    }
  }
  const Picture picture = decode_picture(encode(with_profile(file, profile)), "p");
  for (int x = 0; x < file.width; ++x) {
    const auto expected = adobe_to_srgb(colors[x]);
    for (int c = 0; c < 3; ++c) {
      CAPTURE(x);
      CAPTURE(c);
      CHECK(std::abs(value(picture, c, x, 0) - expected[static_cast<std::size_t>(c)]) < 0.1);
    }
  }
}

TEST_CASE("An sRGB profile changes nothing") {
  const Bytes profile = bytes_of(cmsCreate_sRGBProfile());
  const PngFile file = sample_png(20, 12);
  const Picture plain = decode_picture(encode(file), "p");
  CHECK(distance(decode_picture(encode(with_profile(file, profile)), "p"), plain) < 0.02f);
}

TEST_CASE("Profile and transparency: the background is sRGB already") {
  const Bytes profile = adobe_like_profile();
  PngFile file;
  file.width = file.height = 1;
  file.color_type = PNG_COLOR_TYPE_RGB_ALPHA;
  file.samples = {204, 153, 102, 51};
  const Picture picture =
      decode_picture(encode(with_profile(file, profile)), "p", {.background = {100, 50, 25}});
  const auto over = adobe_to_srgb({0.8, 0.6, 0.4});
  CHECK(std::abs(picture.rgb[0] - (0.2 * over[0] + 0.8 * 100)) < 0.1);
  CHECK(std::abs(picture.rgb[2] - (0.2 * over[2] + 0.8 * 25)) < 0.1);
}

TEST_CASE("A grey profile, in PNG and JPEG") {
  const Bytes linear = grey_profile(1.0);
  PngFile png;
  png.width = 3;
  png.height = 1;
  png.color_type = PNG_COLOR_TYPE_GRAY;
  png.samples = {51, 128, 255};
  const Picture picture = decode_picture(encode(with_profile(png, linear)), "p");
  for (int x = 0; x < 3; ++x) {
    for (int c = 0; c < 3; ++c) {
      const double light = png.samples[static_cast<std::size_t>(x)] / 255.0;
      CHECK(std::abs(value(picture, c, x, 0) - srgb_encoded(light)) < 0.1);
    }
  }

  JpegFile jpeg;
  jpeg.width = jpeg.height = 8;
  jpeg.channels = 1;
  jpeg.samples.assign(64, 51);
  jpeg.profile = linear;
  const Picture flat = decode_picture(encode(jpeg), "p");
  CHECK(std::abs(value(flat, 1, 4, 4) - srgb_encoded(0.2)) < 0.1);
}

TEST_CASE("A profile in several JPEG segments") {
  // A large tag makes the profile longer than one segment holds (64 KB).
  const Bytes small = adobe_like_profile();
  cmsHPROFILE profile = cmsOpenProfileFromMem(small.data(), static_cast<unsigned>(small.size()));
  std::vector<cmsUInt8Number> filler(150'000, 7);
  cmsICCData* data = static_cast<cmsICCData*>(std::calloc(1, sizeof(cmsICCData) + filler.size()));
  data->len = static_cast<cmsUInt32Number>(filler.size());
  REQUIRE(cmsWriteTag(profile, cmsSigPs2CRD0Tag, data));
  std::free(data);
  JpegFile file;
  file.width = file.height = 8;
  file.profile = bytes_of(profile);
  REQUIRE(file.profile.size() > 2 * 65536);
  for (int i = 0; i < 64; ++i) file.samples.insert(file.samples.end(), {204, 153, 102});
  const Picture picture = decode_picture(encode(file), "p");
  const auto expected = adobe_to_srgb({0.8, 0.6, 0.4});
  for (int c = 0; c < 3; ++c) {
    CHECK(std::abs(value(picture, c, 4, 4) - expected[static_cast<std::size_t>(c)]) < 1.5);
  }
}

TEST_CASE("A profile for another kind of pixels is ignored") {
  JpegFile file = sample_jpeg(16, 8, 3);
  const Picture plain = decode_picture(encode(file), "p");
  file.profile = grey_profile(1.0);
  CHECK(distance(decode_picture(encode(file), "p"), plain) == 0);
  JpegFile grey = sample_jpeg(16, 8, 1);
  const Picture plain_grey = decode_picture(encode(grey), "p");
  grey.profile = adobe_like_profile();
  CHECK(distance(decode_picture(encode(grey), "p"), plain_grey) == 0);
}

TEST_CASE("A broken profile is ignored, or at worst gives colours of 0..255") {
  JpegFile file = sample_jpeg(16, 8, 3);
  const Picture plain = decode_picture(encode(file), "p");
  const Bytes whole = adobe_like_profile();
  std::mt19937 random(11);

  file.profile.assign(500, 0);
  CHECK(distance(decode_picture(encode(file), "p"), plain) == 0);
  for (auto& byte : file.profile) byte = static_cast<std::uint8_t>(random());
  CHECK(distance(decode_picture(encode(file), "p"), plain) == 0);
  for (std::size_t size = 1; size < 128; ++size) {
    file.profile.assign(whole.begin(), whole.begin() + static_cast<long>(size));
    CHECK(distance(decode_picture(encode(file), "p"), plain) == 0);
  }
  for (int round = 0; round < 1500; ++round) {
    file.profile = whole;
    for (int flips = 1 + round % 4; flips > 0; --flips) {
      file.profile[random() % whole.size()] = static_cast<std::uint8_t>(random());
    }
    const Picture picture = decode_picture(encode(file), "p");
    REQUIRE(std::all_of(picture.rgb.begin(), picture.rgb.end(),
                        [](float v) { return v >= 0 && v <= 255; }));
  }
}

TEST_CASE(
    "A picture is written in the colours of a profile, in every format, and is the same again") {
  const TemporaryFolder folder;
  const Bytes profile = adobe_like_profile();
  Picture picture = Picture::black(40, 30);
  for (std::size_t i = 0; i < picture.pixels(); ++i) {
    const auto step = static_cast<float>(i / 16);
    picture.plane(0)[i] = 70 + step;
    picture.plane(1)[i] = 180 - step / 2;
    picture.plane(2)[i] = 100;
  }
  for (const auto& [name, bits] : {std::pair{"p.png", 8},
                                   {"q.png", 16},
                                   {"p.jpg", 8},
                                   {"p.webp", 8},
                                   {"p.tif", 8},
                                   {"q.tif", 16}}) {
    const std::string path = name;
    CAPTURE(path);
    write_picture(folder.path(name), picture, bits, {}, nullptr, profile);
    const PictureAndAlpha again = read_with_profile(folder.path(name));
    CHECK(again.profile == profile);
    const bool is_lossy = std::string(name) == "p.jpg";
    CHECK(distance(again.picture, picture) < (is_lossy ? 8 : bits == 8 ? 1.7f : 0.1f));
    if (is_lossy) continue;
    const Bytes bytes = read_bytes(folder.path(name));
    const auto reader = open_picture(bytes, name, 1);
    std::vector<std::uint16_t> row(reader->header().row_samples());
    reader->read(row);
    const auto at = [&](std::size_t c) { return row[c] / 65535.0; };
    const auto expected = adobe_to_srgb({at(0), at(1), at(2)});
    for (std::size_t c = 0; c < 3; ++c) {
      CHECK(std::abs(expected[c] - picture.plane(static_cast<int>(c))[0]) < (bits == 8 ? 1 : 0.1));
    }
    CHECK(std::abs(at(0) * 255 - picture.plane(0)[0]) > 10);  // not the same numbers
  }
  write_picture(folder.path("p.webp"), picture, 8);
  CHECK(read_with_profile(folder.path("p.webp")).profile.empty());
}

TEST_CASE("Which profiles pictures can be written with, and their names") {
  CHECK(why_not_written(adobe_like_profile()).empty());
  CHECK(why_not_written(bytes_of(cmsCreate_sRGBProfile())).empty());
  CHECK(contains(why_not_written(grey_profile(2.2)), "is for grey pictures"));
  CHECK(why_not_written(Bytes(300, 7)) == "is damaged");
  cmsHPROFILE inks = cmsCreateProfilePlaceholder(nullptr);
  cmsSetColorSpace(inks, cmsSigCmykData);
  cmsSetPCS(inks, cmsSigLabData);
  cmsSetDeviceClass(inks, cmsSigOutputClass);
  CHECK(contains(why_not_written(bytes_of(inks)), "is for CMYK"));
  cmsHPROFILE empty = cmsCreateProfilePlaceholder(nullptr);
  cmsSetColorSpace(empty, cmsSigRgbData);
  cmsSetPCS(empty, cmsSigXYZData);
  CHECK(contains(why_not_written(bytes_of(empty)), "can only be read from"));
  CHECK(profile_name(bytes_of(cmsCreate_sRGBProfile())) == "sRGB built-in");
  CHECK(profile_name(Bytes(300, 7)) == "unnamed");
}

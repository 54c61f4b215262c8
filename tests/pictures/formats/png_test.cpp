#include <png.h>

#include <random>

#include "tests/pictures/support.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

constexpr Rgb kBehind{10, 200, 90};

struct Format {
  int color_type, bits;
};

constexpr Format kFormats[] = {
    {PNG_COLOR_TYPE_GRAY, 1},        {PNG_COLOR_TYPE_GRAY, 2},      {PNG_COLOR_TYPE_GRAY, 4},
    {PNG_COLOR_TYPE_GRAY, 8},        {PNG_COLOR_TYPE_GRAY, 16},     {PNG_COLOR_TYPE_RGB, 8},
    {PNG_COLOR_TYPE_RGB, 16},        {PNG_COLOR_TYPE_PALETTE, 1},   {PNG_COLOR_TYPE_PALETTE, 2},
    {PNG_COLOR_TYPE_PALETTE, 4},     {PNG_COLOR_TYPE_PALETTE, 8},   {PNG_COLOR_TYPE_GRAY_ALPHA, 8},
    {PNG_COLOR_TYPE_GRAY_ALPHA, 16}, {PNG_COLOR_TYPE_RGB_ALPHA, 8}, {PNG_COLOR_TYPE_RGB_ALPHA, 16},
};

/// Red, green, blue, alpha, 0..1.
using Rgba = std::array<double, 4>;

/// The pixel that the samples from `s` on mean.
Rgba meaning(Format format, const unsigned* s, const std::vector<Rgba>& palette) {
  const double full = (1 << format.bits) - 1;
  switch (format.color_type) {
    case PNG_COLOR_TYPE_PALETTE:
      return palette[*s];
    case PNG_COLOR_TYPE_GRAY:
      return {s[0] / full, s[0] / full, s[0] / full, 1};
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      return {s[0] / full, s[0] / full, s[0] / full, s[1] / full};
    case PNG_COLOR_TYPE_RGB:
      return {s[0] / full, s[1] / full, s[2] / full, 1};
    default:
      return {s[0] / full, s[1] / full, s[2] / full, s[3] / full};
  }
}

int channels_of(int color_type) {
  switch (color_type) {
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      return 2;
    case PNG_COLOR_TYPE_RGB:
      return 3;
    case PNG_COLOR_TYPE_RGB_ALPHA:
      return 4;
    default:
      return 1;
  }
}

}  // namespace

TEST_CASE("PNG of every colour type and depth, plain and interlaced, on a background") {
  std::mt19937 random(7);
  for (const Format format : kFormats) {
    for (const bool interlaced : {false, true}) {
      CAPTURE(format.color_type);
      CAPTURE(format.bits);
      CAPTURE(interlaced);
      PngFile file;
      file.width = 13;
      file.height = 11;
      file.bits = format.bits;
      file.color_type = format.color_type;
      file.interlaced = interlaced;
      const int channels = channels_of(format.color_type);
      for (int i = 0; i < file.width * file.height * channels; ++i) {
        file.samples.push_back(static_cast<unsigned>(random()) & ((1u << format.bits) - 1));
      }
      std::vector<png_color> colors;
      std::vector<png_byte> alphas;
      std::vector<Rgba> palette;
      if (format.color_type == PNG_COLOR_TYPE_PALETTE) {
        for (int i = 0; i < 1 << format.bits; ++i) {
          const auto byte = [&] { return static_cast<png_byte>(random() & 0xFF); };
          colors.push_back({byte(), byte(), byte()});
          alphas.push_back(byte());
          palette.push_back({colors.back().red / 255.0, colors.back().green / 255.0,
                             colors.back().blue / 255.0, alphas.back() / 255.0});
        }
        file.describe = [&](png_structp png, png_infop info) {
          png_set_PLTE(png, info, colors.data(), static_cast<int>(colors.size()));
          png_set_tRNS(png, info, alphas.data(), static_cast<int>(alphas.size()), nullptr);
        };
      }
      const Picture picture = decode_picture(encode(file), "p", {.background = kBehind});
      REQUIRE(picture.width == file.width);
      REQUIRE(picture.height == file.height);
      double worst = 0;
      for (std::size_t i = 0; i < picture.pixels(); ++i) {
        const auto* samples = file.samples.data() + i * static_cast<std::size_t>(channels);
        const Rgba pixel = meaning(format, samples, palette);
        const double behind[] = {kBehind.r, kBehind.g, kBehind.b};
        for (int c = 0; c < 3; ++c) {
          const double expected =
              pixel[3] * 255 * pixel[static_cast<std::size_t>(c)] + (1 - pixel[3]) * behind[c];
          worst = std::max(worst, std::abs(expected - double{picture.plane(c)[i]}));
        }
      }
      CHECK(worst < 1e-4);
    }
  }
}

TEST_CASE("PNG: a colour key is transparent, at both depths") {
  for (const int bits : {8, 16}) {
    PngFile file = sample_png(5, 4);
    file.bits = bits;
    png_color_16 key{};
    key.red = static_cast<png_uint_16>(file.samples[3]);
    key.green = static_cast<png_uint_16>(file.samples[4]);
    key.blue = static_cast<png_uint_16>(file.samples[5]);
    file.describe = [&](png_structp png, png_infop info) {
      png_set_tRNS(png, info, nullptr, 0, &key);
    };
    const Picture picture = decode_picture(encode(file), "p", {.background = kBehind});
    CHECK(value(picture, 0, 1, 0) == kBehind.r);
    CHECK(value(picture, 1, 1, 0) == kBehind.g);
    CHECK(value(picture, 2, 1, 0) == kBehind.b);
    const float step = bits == 8 ? 1.0f : 1.0f / 257;
    CHECK(value(picture, 0, 0, 0) == doctest::Approx(static_cast<float>(file.samples[0]) * step));
  }
}

TEST_CASE("PNG: gamma without a profile is undone, the usual one left alone") {
  PngFile file;
  file.width = file.height = 1;
  file.color_type = PNG_COLOR_TYPE_RGB;
  file.samples = {51, 102, 204};
  const auto with_gamma = [&](double gamma) {
    file.describe = [gamma](png_structp png, png_infop info) { png_set_gAMA(png, info, gamma); };
    return decode_picture(encode(file), "p");
  };
  const Picture usual = with_gamma(0.45455);
  CHECK(usual.rgb == std::vector<float>{51, 102, 204});
  const Picture linear = with_gamma(1.0);
  const auto encoded = [](double light) {
    return 255 * (1.055 * std::pow(light, 1 / 2.4) - 0.055);
  };
  CHECK(linear.rgb[0] == doctest::Approx(encoded(0.2)).epsilon(0.001));
  CHECK(linear.rgb[1] == doctest::Approx(encoded(0.4)).epsilon(0.001));
  CHECK(linear.rgb[2] == doctest::Approx(encoded(0.8)).epsilon(0.001));
  const Picture other = with_gamma(0.6);
  CHECK(other.rgb[1] == doctest::Approx(encoded(std::pow(0.4, 1 / 0.6))).epsilon(0.001));

  file.color_type = PNG_COLOR_TYPE_GRAY;
  file.samples = {51};
  CHECK(with_gamma(1.0).rgb[1] == doctest::Approx(encoded(0.2)).epsilon(0.001));
}

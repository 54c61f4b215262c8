// The spectrum against a Fourier transform written as a sum.

#include <cmath>
#include <complex>
#include <numbers>

#include "tests/measures/support.h"
#include "tools/measures/picture_measures.h"

namespace vggstyle::test {
namespace {

using std::numbers::pi;

struct Bin {
  double power = 0;
  int count = 0;
};

/// From 1/64 to 1/2 cycles a pixel in 31 bins.
std::vector<Bin> slow_spectrum(const Picture& picture) {
  const int width = picture.width, height = picture.height;
  double mean = 0, window_power = 0;
  const auto window = [&](int x, int y) {
    return (0.5 - 0.5 * std::cos(2 * pi * (x + 0.5) / width)) *
           (0.5 - 0.5 * std::cos(2 * pi * (y + 0.5) / height));
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      mean += luma_at(picture, x, y) / (width * height);
      window_power += window(x, y) * window(x, y);
    }
  }
  std::vector<Bin> bins(31);
  for (int v = 0; v < height; ++v) {
    for (int u = 0; u < width; ++u) {
      const double fx = 2 * u <= width ? 1.0 * u / width : 1.0 * u / width - 1;
      const double fy = 2 * v <= height ? 1.0 * v / height : 1.0 * v / height - 1;
      const double radius = std::sqrt(fx * fx + fy * fy);
      if (radius < 1.0 / 64 || radius >= 0.5) continue;
      std::complex<double> sum = 0;
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          sum += window(x, y) * (luma_at(picture, x, y) - mean) *
                 std::polar(1.0, -2 * pi * (fx * x + fy * y));
        }
      }
      Bin& bin = bins[static_cast<std::size_t>(radius * 64 - 1)];
      bin.power += std::norm(sum) / window_power;
      ++bin.count;
    }
  }
  return bins;
}

double slow_distance(const Picture& a, const Picture& b) {
  const std::vector<Bin> first = slow_spectrum(a), second = slow_spectrum(b);
  double squares = 0;
  int shared = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i].count == 0 || second[i].count == 0) continue;
    squares += std::pow(std::log10(first[i].power / first[i].count + 1.0 / 12) -
                            std::log10(second[i].power / second[i].count + 1.0 / 12),
                        2);
    ++shared;
  }
  return std::sqrt(squares / shared);
}

Picture waves(int size, double cycles_a_pixel) {
  return gray_picture(size, size,
                      [=](int x, int) { return 128 + 60 * std::sin(2 * pi * cycles_a_pixel * x); });
}

TEST_CASE("spectrum distance by its definition") {
  const Picture picture = random_picture(20, 14, 1);
  for (const auto& [width, height] : {std::pair{20, 14}, {13, 11}, {17, 24}}) {
    Picture other = random_picture(width, height, 2);
    CAPTURE(other.width);
    // Neighbours averaged, so that spectra differ in shape.
    for (std::size_t i = 1; i < other.rgb.size(); ++i) {
      other.rgb[i] = (other.rgb[i] + other.rgb[i - 1]) / 2;
    }
    CHECK(spectrum_distance(picture, other) == doctest::Approx(slow_distance(picture, other)));
    CHECK(spectrum_distance(other, picture) == doctest::Approx(slow_distance(picture, other)));
  }
}

TEST_CASE("the spectrum does not see brightness, and contrast as a factor") {
  const Picture picture = random_picture(32, 32, 3);
  CHECK(spectrum_distance(picture, picture) == 0);
  CHECK(spectrum_distance(picture, shifted(picture, 40)) < 1e-4);
  Picture strong = picture;
  for (float& value : strong.rgb) value *= 10;
  CHECK(spectrum_distance(picture, strong) == doctest::Approx(2).epsilon(0.001));
}

TEST_CASE("the spectrum sees scale and not place") {
  CHECK(spectrum_distance(waves(64, 0.1), waves(64, 0.3)) > 0.5);
  const Picture noise = random_picture(64, 64, 4), other = random_picture(96, 48, 5);
  CHECK(spectrum_distance(noise, other) < 0.3);
}

TEST_CASE("spectra of constants and of single pixels are the same") {
  CHECK(spectrum_distance(flat_picture(9, 9, {1, 2, 3}), flat_picture(16, 4, kWhite)) < 1e-9);
  CHECK(spectrum_distance(random_picture(1, 1, 6), random_picture(1, 1, 7)) == 0);
  CHECK(spectrum_distance(random_picture(1, 1, 6), random_picture(30, 30, 7)) == 0);
  CHECK(std::isfinite(spectrum_distance(flat_picture(20, 20, kWhite), random_picture(1, 20, 8))));
}

}  // namespace
}  // namespace vggstyle::test

// spectrum_distance (picture_measures.h).

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <unsupported/Eigen/FFT>
#include <vector>

#include "tools/measures/luma.h"
#include "tools/measures/picture_measures.h"

namespace vggstyle {
namespace {

using Line = std::vector<std::complex<double>>;

constexpr int kBins = 31;  // the first begins at 1/64 cycles a pixel; each is 1/64 wide
constexpr double kRoundingPower = 1.0 / 12;

struct RadialSpectrum {
  std::array<double, kBins> power = {};  ///< mean of the bin's frequencies
  std::array<int, kBins> count = {};     ///< of frequencies
};

double hann(std::size_t i, std::size_t n) {
  const double s =
      std::sin(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(n));
  return s * s;
}

/// Cycles a pixel of the i-th of n frequencies, 0..1/2.
double frequency(std::size_t i, std::size_t n) {
  return static_cast<double>(std::min(i, n - i)) / static_cast<double>(n);
}

/// Luma less its mean, under the window, which is scaled so that white noise keeps its variance as
/// its power at every frequency.
Line windowed_luma(const Picture& picture, std::size_t width, std::size_t height) {
  const std::vector<double> values = luma(picture);
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  double squares = 0;
  Line windowed(values.size());
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const double weight = hann(x, width) * hann(y, height);
      squares += weight * weight;
      windowed[y * width + x] = weight * (values[y * width + x] - mean);
    }
  }
  for (std::complex<double>& value : windowed) value /= std::sqrt(squares);
  return windowed;
}

/// In place, along both sides.
void transform(Line& plane, std::size_t width, std::size_t height) {
  Eigen::FFT<double> fft;
  const auto along = [&](std::size_t lines, std::size_t line_step, std::size_t n,
                         std::size_t step) {
    Line line(n), spectrum(n);
    for (std::size_t k = 0; n > 1 && k < lines; ++k) {
      for (std::size_t i = 0; i < n; ++i) line[i] = plane[k * line_step + i * step];
      fft.fwd(spectrum, line);
      for (std::size_t i = 0; i < n; ++i) plane[k * line_step + i * step] = spectrum[i];
    }
  };
  along(height, width, width, 1);
  along(width, 1, height, width);
}

RadialSpectrum radial_spectrum(const Picture& picture) {
  const auto width = static_cast<std::size_t>(picture.width);
  const auto height = static_cast<std::size_t>(picture.height);
  Line plane = windowed_luma(picture, width, height);
  transform(plane, width, height);
  RadialSpectrum spectrum;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const double radius = std::hypot(frequency(x, width), frequency(y, height));
      const double bin = std::floor(radius * 64) - 1;
      if (bin < 0 || bin >= kBins) continue;
      const auto at = static_cast<std::size_t>(bin);
      spectrum.power[at] += std::norm(plane[y * width + x]);
      ++spectrum.count[at];
    }
  }
  for (std::size_t i = 0; i < kBins; ++i) spectrum.power[i] /= std::max(1, spectrum.count[i]);
  return spectrum;
}

}  // namespace

double spectrum_distance(const Picture& a, const Picture& b) {
  const RadialSpectrum first = radial_spectrum(a), second = radial_spectrum(b);
  double squares = 0;
  int bins = 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    if (first.count[i] == 0 || second.count[i] == 0) continue;
    const double difference =
        std::log10(first.power[i] + kRoundingPower) - std::log10(second.power[i] + kRoundingPower);
    squares += difference * difference;
    ++bins;
  }
  return bins == 0 ? 0 : std::sqrt(squares / bins);
}

}  // namespace vggstyle

#include "tools/pictures/white_noise.h"

#include <cmath>

namespace vggstyle {
namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): a counter through a good mixer.
std::uint64_t next(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

/// The sum of the four 16-bit words of a random number, brought to mean 0 and deviation 1. Unlike
/// the library's normal distribution, it is the same everywhere.
float normal(std::uint64_t bits) {
  const std::uint64_t sum =
      (bits & 0xFFFFU) + ((bits >> 16U) & 0xFFFFU) + ((bits >> 32U) & 0xFFFFU) + (bits >> 48U);
  constexpr double kMean = 2.0 * 65535.0;
  constexpr double kVariance = (65536.0 * 65536.0 - 1) / 3;
  return static_cast<float>((static_cast<double>(sum) - kMean) / std::sqrt(kVariance));
}

}  // namespace

Picture noise_picture(int width, int height, Rgb mean, float deviation, std::uint64_t seed) {
  Picture picture = Picture::black(width, height);
  const float means[] = {mean.r, mean.g, mean.b};
  std::uint64_t state = seed;
  for (int channel = 0; channel < 3; ++channel) {
    float* values = picture.plane(channel);
    for (std::size_t i = 0; i < picture.pixels(); ++i) {
      values[i] = means[channel] + deviation * normal(next(state));
    }
  }
  return picture;
}

Rgb mean_color(const Picture& picture) {
  return mean_color(WeightedPicture(picture));
}

Rgb mean_color(const WeightedPicture& weighted) {
  const auto mean = [&](int channel) {
    const float* values = weighted.picture().plane(channel);
    double sum = 0;
    for (std::size_t i = 0; i < weighted.picture().pixels(); ++i) {
      sum += weighted.weight(i) * static_cast<double>(values[i]);
    }
    return static_cast<float>(sum / weighted.total());
  };
  return {mean(0), mean(1), mean(2)};
}

}  // namespace vggstyle

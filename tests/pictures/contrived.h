#pragma once

#include "tools/contrive/contrive.h"

#include <limits>
#include <numeric>

#include "tests/pictures/support.h"
#include "tests/support/pictures.h"
#include "tools/pictures/resize.h"

/// What tests of contrived pictures measure.
namespace vggstyle::test {

inline double mean_of(const Picture& picture, int channel) {
  const float* plane = picture.plane(channel);
  return std::accumulate(plane, plane + picture.pixels(), 0.0) /
         static_cast<double>(picture.pixels());
}

/// Mean step from one pixel to the next in a row: more where features are smaller.
inline double roughness(const Picture& picture) {
  double sum = 0;
  for (std::size_t i = 1; i < picture.rgb.size(); ++i) {
    sum += std::abs(picture.rgb[i] - picture.rgb[i - 1]);
  }
  return sum / static_cast<double>(picture.rgb.size());
}

inline double brightness(const Picture& picture, int x, int y) {
  return (value(picture, 0, x, y) + value(picture, 1, x, y) + value(picture, 2, x, y)) / 3;
}

/// The share of the pixels for which `chosen`(red, green, blue).
template <typename Chosen>
inline double share(const Picture& picture, Chosen chosen) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < picture.pixels(); ++i) {
    if (chosen(picture.plane(0)[i], picture.plane(1)[i], picture.plane(2)[i])) ++count;
  }
  return static_cast<double>(count) / static_cast<double>(picture.pixels());
}

/// In degrees: 0 red, 120 green, 240 blue.
inline double hue(float red, float green, float blue) {
  const float most = std::max({red, green, blue}), least = std::min({red, green, blue});
  const float range = std::max(most - least, 1e-6f);
  if (most == red) return 60.0 * (green - blue) / range + (green < blue ? 360 : 0);
  if (most == green) return 60.0 * (blue - red) / range + 120;
  return 60.0 * (red - green) / range + 240;
}

inline ContriveRequest square(int side, std::uint64_t seed) {
  ContriveRequest request;
  request.width = request.height = side;
  request.seed = seed;
  return request;
}

inline ContriveRequest scaled(double scale, int side = 96) {
  ContriveRequest request = square(side, 1);
  request.scale = scale;
  return request;
}

inline ContriveRequest colored(std::vector<Rgb> colors, int side = 96) {
  ContriveRequest request = square(side, 1);
  request.colors = std::move(colors);
  return request;
}

inline constexpr Rgb kBlack{0, 0, 0};

}  // namespace vggstyle::test

// Measures of colour and brightness (picture_measures.h).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tools/measures/luma.h"
#include "tools/measures/picture_measures.h"

namespace vggstyle {
namespace {

std::array<double, 3> mean_color(const Picture& picture) {
  std::array<double, 3> mean = {};
  for (int channel = 0; channel < 3; ++channel) {
    double sum = 0;
    for (std::size_t i = 0; i < picture.pixels(); ++i) {
      sum += static_cast<double>(picture.plane(channel)[i]);
    }
    mean[static_cast<std::size_t>(channel)] = sum / static_cast<double>(picture.pixels());
  }
  return mean;
}

std::vector<float> sorted_values(const Picture& picture, int channel) {
  std::vector<float> values(picture.plane(channel), picture.plane(channel) + picture.pixels());
  std::sort(values.begin(), values.end());
  return values;
}

/// Of two samples, each sorted: the mean distance of equal quantiles. Quantiles are counted in
/// units of 1 / (n m), in which those of both samples are whole numbers.
double wasserstein_distance(const std::vector<float>& a, const std::vector<float>& b) {
  const std::uint64_t n = a.size(), m = b.size();
  double sum = 0;
  std::uint64_t quantile = 0;
  for (std::size_t i = 0, j = 0; i < n && j < m;) {
    const std::uint64_t end_a = (i + 1) * m, end_b = (j + 1) * n;
    const std::uint64_t end = std::min(end_a, end_b);
    sum += static_cast<double>(end - quantile) *
           std::abs(static_cast<double>(a[i]) - static_cast<double>(b[j]));
    quantile = end;
    if (end == end_a) ++i;
    if (end == end_b) ++j;
  }
  return sum / (static_cast<double>(n) * static_cast<double>(m));
}

/// Whether the middle of pixel `i` of `n` in a row lies in the outermost eighth.
bool in_outer_eighth(int i, int n) {
  const int from_end = std::min(i, n - 1 - i);
  return 8 * from_end + 4 < n;
}

struct Mean {
  double sum = 0;
  std::size_t count = 0;

  void add(double value) {
    sum += value;
    ++count;
  }
  double value() const { return sum / static_cast<double>(count); }
};

}  // namespace

double color_error(const Picture& a, const Picture& b) {
  check_same_size("color_error", a, b);
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) {
    const double difference = static_cast<double>(a.rgb[i]) - static_cast<double>(b.rgb[i]);
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(a.rgb.size()));
}

double histogram_distance(const Picture& a, const Picture& b) {
  double sum = 0;
  for (int channel = 0; channel < 3; ++channel) {
    sum += wasserstein_distance(sorted_values(a, channel), sorted_values(b, channel));
  }
  return sum / 3;
}

double mean_color_distance(const Picture& a, const Picture& b) {
  const std::array<double, 3> first = mean_color(a), second = mean_color(b);
  return std::hypot(first[0] - second[0], first[1] - second[1], first[2] - second[2]);
}

double border_brightness(const Picture& picture) {
  const std::vector<double> values = luma(picture);
  Mean border, rest, all;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const double value =
          values[static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                 static_cast<std::size_t>(x)];
      const bool outside = in_outer_eighth(x, picture.width) || in_outer_eighth(y, picture.height);
      (outside ? border : rest).add(value);
      all.add(value);
    }
  }
  if (border.count == 0 || rest.count == 0) return 0;
  double squares = 0;
  for (const double value : values) squares += (value - all.value()) * (value - all.value());
  const double deviation = std::sqrt(squares / static_cast<double>(values.size()));
  return deviation < kFlat ? 0 : (border.value() - rest.value()) / deviation;
}

}  // namespace vggstyle

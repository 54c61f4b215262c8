// edge_correlation (picture_measures.h).

#include <algorithm>
#include <cmath>
#include <vector>

#include "tools/measures/luma.h"
#include "tools/measures/picture_measures.h"

namespace vggstyle {
namespace {

/// Sobel's gradient of the mean of the channels, its magnitude at every pixel that has all eight
/// neighbours.
std::vector<double> gradient_magnitudes(const Picture& picture) {
  const auto gray = [&picture](int x, int y) {
    const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                          static_cast<std::size_t>(x);
    return (static_cast<double>(picture.plane(0)[i]) + static_cast<double>(picture.plane(1)[i]) +
            static_cast<double>(picture.plane(2)[i])) /
           3;
  };
  std::vector<double> magnitudes;
  for (int y = 1; y + 1 < picture.height; ++y) {
    for (int x = 1; x + 1 < picture.width; ++x) {
      const auto column = [&](int at) {
        return gray(at, y - 1) + 2 * gray(at, y) + gray(at, y + 1);
      };
      const auto row = [&](int at) { return gray(x - 1, at) + 2 * gray(x, at) + gray(x + 1, at); };
      magnitudes.push_back(std::hypot(column(x + 1) - column(x - 1), row(y + 1) - row(y - 1)));
    }
  }
  return magnitudes;
}

/// Takes the mean off and returns the deviation.
double center(std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  double squares = 0;
  for (double& value : values) {
    value -= mean;
    squares += value * value;
  }
  return std::sqrt(squares / static_cast<double>(values.size()));
}

}  // namespace

double edge_correlation(const Picture& a, const Picture& b) {
  check_same_size("edge_correlation", a, b);
  std::vector<double> first = gradient_magnitudes(a), second = gradient_magnitudes(b);
  if (first.empty()) return 0;
  const double deviation_a = center(first), deviation_b = center(second);
  if (deviation_a < kFlat || deviation_b < kFlat) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < first.size(); ++i) sum += first[i] * second[i];
  const double correlation = sum / static_cast<double>(first.size()) / (deviation_a * deviation_b);
  return std::clamp(correlation, -1.0, 1.0);  // rounding goes a little beyond
}

}  // namespace vggstyle

// structural_similarity (picture_measures.h).

#include <algorithm>
#include <cmath>
#include <vector>

#include "tools/measures/luma.h"
#include "tools/measures/picture_measures.h"

namespace vggstyle {
namespace {

struct Plane {
  std::size_t width, height;
  std::vector<double> values;
};

/// Weights of a window over a side of `side` pixels; they add up to 1.
std::vector<double> window(std::size_t side) {
  constexpr std::size_t kSize = 11;
  constexpr double kDeviation = 1.5;
  std::vector<double> weights(std::min(kSize, side));
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double distance = static_cast<double>(i) - (static_cast<double>(weights.size()) - 1) / 2;
    weights[i] = std::exp(-distance * distance / (2 * kDeviation * kDeviation));
    sum += weights[i];
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

Plane filter_rows(const Plane& plane) {
  const std::vector<double> weights = window(plane.width);
  Plane out{plane.width - weights.size() + 1, plane.height, {}};
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t x = 0; x < out.width; ++x) {
      double sum = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += weights[i] * plane.values[y * plane.width + x + i];
      }
      out.values.push_back(sum);
    }
  }
  return out;
}

Plane filter_columns(const Plane& plane) {
  const std::vector<double> weights = window(plane.height);
  Plane out{plane.width, plane.height - weights.size() + 1, {}};
  out.values.resize(out.width * out.height);
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      for (std::size_t x = 0; x < out.width; ++x) {
        out.values[y * out.width + x] += weights[i] * plane.values[(y + i) * plane.width + x];
      }
    }
  }
  return out;
}

/// Windowed means of a * b; of a where `b` is null.
std::vector<double> windowed(const Picture& picture, std::vector<double> a,
                             const std::vector<double>* b) {
  for (std::size_t i = 0; b != nullptr && i < a.size(); ++i) a[i] *= (*b)[i];
  return filter_columns(filter_rows({static_cast<std::size_t>(picture.width),
                                     static_cast<std::size_t>(picture.height), std::move(a)}))
      .values;
}

}  // namespace

double structural_similarity(const Picture& a, const Picture& b) {
  check_same_size("structural_similarity", a, b);
  constexpr double kC1 = (0.01 * 255) * (0.01 * 255);
  constexpr double kC2 = (0.03 * 255) * (0.03 * 255);
  const std::vector<double> u = luma(a), v = luma(b);
  const std::vector<double> mean_u = windowed(a, u, nullptr), mean_v = windowed(a, v, nullptr);
  const std::vector<double> uu = windowed(a, u, &u), vv = windowed(a, v, &v),
                            uv = windowed(a, u, &v);
  double sum = 0;
  for (std::size_t i = 0; i < mean_u.size(); ++i) {
    const double means = mean_u[i] * mean_v[i];
    const double squares = mean_u[i] * mean_u[i] + mean_v[i] * mean_v[i];
    const double covariance = uv[i] - means;
    const double variances = uu[i] + vv[i] - squares;
    sum += (2 * means + kC1) * (2 * covariance + kC2) / ((squares + kC1) * (variances + kC2));
  }
  return sum / static_cast<double>(mean_u.size());
}

}  // namespace vggstyle

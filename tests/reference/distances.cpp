// The distances of other style losses than Gram's (net/loss_spec.h), from the activations themselves and by
// symmetric roots, which the engine has no use for.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/reference/losses.h"
#include "tests/reference/matrices.h"

namespace vggstyle::reference {
namespace {

using test::Matrix;

/// Mean and covariance of positions with weights, which sum to 1.
struct Distribution {
  std::vector<double> mean;
  Matrix covariance;
};

Distribution distribution_of(const Tensor& f, const std::vector<double>& weights) {
  const auto n = static_cast<std::size_t>(f.channels);
  const std::size_t positions = weights.size();
  Distribution d{std::vector<double>(n), Matrix(n)};
  for (std::size_t c = 0; c < n; ++c) {
    for (std::size_t m = 0; m < positions; ++m) d.mean[c] += weights[m] * f.data[c * positions + m];
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t m = 0; m < positions; ++m) {
        d.covariance(i, j) += weights[m] * (f.data[i * positions + m] - d.mean[i]) *
                              (f.data[j * positions + m] - d.mean[j]);
      }
    }
  }
  return d;
}

Distribution distribution_of(const StyleStatistics& s) {
  Distribution d{s.mean, Matrix(s.mean.size())};
  for (std::size_t i = 0; i < s.mean.size(); ++i) {
    for (std::size_t j = 0; j < s.mean.size(); ++j) {
      d.covariance(i, j) = s.gram[i * s.mean.size() + j] - s.mean[i] * s.mean[j];
    }
  }
  return d;
}

/// net/style/style_function.h: 1e-4 of the mean variance, or 1e-7 of the mean square.
double added_variance(const StyleStatistics& target) {
  const double n = static_cast<double>(target.mean.size());
  double squares = 0;
  for (std::size_t c = 0; c < target.mean.size(); ++c) {
    squares += target.gram[c * target.mean.size() + c];
  }
  const double variances = test::trace(distribution_of(target).covariance);
  return std::max({1e-4 * variances / n, 1e-7 * squares / n, 1e-20});
}

/// The covariances' part of the distance; `slope` is its derivative by `a`.
double moments_part(const Matrix& a, const Matrix& b, Matrix& slope) {
  double value = 0;
  for (std::size_t c = 0; c < a.side; ++c) {
    const double apart = std::sqrt(a(c, c)) - std::sqrt(b(c, c));
    value += apart * apart;
    slope(c, c) = apart / std::sqrt(a(c, c));
  }
  return value;
}

double wasserstein_part(const Matrix& a, const Matrix& b, Matrix& slope) {
  const Matrix root_b = test::root(b);
  const Matrix middle = test::root(root_b * a * root_b);
  const test::Eigen parts = test::eigen(middle);
  Matrix inverse(a.side);
  for (std::size_t i = 0; i < a.side; ++i) {
    for (std::size_t j = 0; j < a.side; ++j) {
      for (std::size_t k = 0; k < a.side; ++k) {
        inverse(i, j) += parts.vectors(i, k) * parts.vectors(j, k) / parts.values[k];
      }
    }
  }
  const Matrix map = root_b * inverse * root_b;
  for (std::size_t i = 0; i < a.side; ++i) {
    for (std::size_t j = 0; j < a.side; ++j) slope(i, j) = (i == j ? 1 : 0) - map(i, j);
  }
  return test::trace(a) + test::trace(b) - 2 * test::trace(middle);
}

}  // namespace

double style_distance(StyleForm form, const Tensor& f, const StyleStatistics& target, Tensor* d_f,
                      const std::vector<double>& weights) {
  const auto positions = static_cast<std::size_t>(f.positions());
  std::vector<double> share = weights.empty() ? std::vector<double>(positions, 1) : weights;
  const double all = std::accumulate(share.begin(), share.end(), 0.0);
  for (double& w : share) w /= all;
  Distribution a = distribution_of(f, share), b = distribution_of(target);
  const double added = added_variance(target);
  for (std::size_t c = 0; c < a.mean.size(); ++c) {
    a.covariance(c, c) += added;
    b.covariance(c, c) += added;
  }
  Matrix slope(a.mean.size());
  double value = form == StyleForm::kMoments ? moments_part(a.covariance, b.covariance, slope)
                                             : wasserstein_part(a.covariance, b.covariance, slope);
  Tensor gradient(f.channels, f.height, f.width);
  for (std::size_t i = 0; i < a.mean.size(); ++i) {
    const double apart = a.mean[i] - b.mean[i];
    value += apart * apart;
    for (std::size_t m = 0; m < positions; ++m) {
      double sum = 2 * apart;
      for (std::size_t j = 0; j < a.mean.size(); ++j) {
        sum += 2 * slope(i, j) * (f.data[j * positions + m] - a.mean[j]);
      }
      gradient.data[i * positions + m] = share[m] * sum;
    }
  }
  if (d_f != nullptr) *d_f = gradient;
  return value;
}

}  // namespace vggstyle::reference

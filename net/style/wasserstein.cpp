#include "net/style/wasserstein.h"

#include <algorithm>
#include <cmath>

#include "net/style/symmetric_eigen.h"
#include "runtime/every_processor.h"

namespace vggstyle {
namespace {

using Matrix = std::vector<double>;  // n x n row-major

Matrix covariance(const StyleStatistics& s, double least) {
  Matrix c = s.gram;
  const std::size_t n = s.mean.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) c[i * n + j] -= s.mean[i] * s.mean[j];
    c[i * n + i] += least;
  }
  return c;
}

Matrix transposed(const Matrix& a, std::size_t n) {
  Matrix result(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) result[j * n + i] = a[i * n + j];
  }
  return result;
}

double trace(const Matrix& a, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i * n + i];
  return sum;
}

/// row += factor * from
VGGSTYLE_FOR_EVERY_PROCESSOR
void add_scaled(double* row, double factor, const double* from, std::size_t n) {
#pragma omp simd
  for (std::size_t j = 0; j < n; ++j) row[j] += factor * from[j];
}

/// a b. A thread takes four rows at a time, so that each row of b is read once for all of them.
Matrix product(const Matrix& a, const Matrix& b, std::size_t n) {
  constexpr std::size_t kRows = 4;
  Matrix result(n * n);
#pragma omp parallel for schedule(static)
  for (std::size_t first = 0; first < n; first += kRows) {
    const std::size_t end = std::min(first + kRows, n);
    for (std::size_t k = 0; k < n; ++k) {
      const double* from = b.data() + k * n;
      for (std::size_t i = first; i < end; ++i) {
        const double factor = a[i * n + k];
        if (factor == 0) continue;  // half of a triangle
        add_scaled(result.data() + i * n, factor, from, n);
      }
    }
  }
  return result;
}

/// Cholesky's L, lower, of a positive definite matrix. What rounding has made of a pivot that is `least` or
/// more in exact arithmetic counts as that.
Matrix cholesky(Matrix a, std::size_t n, double least) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i == j ? std::sqrt(std::max(sum, least)) : sum / a[j * n + j];
    }
    std::fill_n(a.data() + i * n + i + 1, n - i - 1, 0.0);
  }
  return a;
}

}  // namespace

Wasserstein::Wasserstein(const StyleStatistics& target)
    : least_(least_variance(target)), mean_(target.mean) {
  const std::size_t n = mean_.size();
  const Matrix c = covariance(target, least_);
  trace_ = trace(c, n);
  lower_ = cholesky(c, n, least_);
  upper_ = transposed(lower_, n);
}

StyleSlope Wasserstein::evaluate(const StyleStatistics& statistics) const {
  const std::size_t n = mean_.size();
  const Matrix c = covariance(statistics, least_);
  const SymmetricEigen eigen = symmetric_eigen(product(product(upper_, c, n), lower_, n), n);
  StyleSlope slope{trace(c, n) + trace_, {}, std::vector<double>(n)};
  // T = sum over eigenvalues d of L v (L v)^T / sqrt(d); the root is shared between both.
  Matrix mapped = product(eigen.vectors, upper_, n);
  for (std::size_t i = 0; i < n; ++i) {
    // In exact arithmetic no eigenvalue is below the product of those of C and C'.
    const double root = std::sqrt(std::max(eigen.values[i], least_ * least_));
    slope.value -= 2 * root;
    for (std::size_t j = 0; j < n; ++j) mapped[i * n + j] /= std::sqrt(root);
  }
  slope.by_covariance = product(transposed(mapped, n), mapped, n);
  for (double& value : slope.by_covariance) value = -value;
  for (std::size_t i = 0; i < n; ++i) {
    slope.by_covariance[i * n + i] += 1;
    const double apart = statistics.mean[i] - mean_[i];
    slope.value += apart * apart;
    slope.by_mean[i] = 2 * apart;
  }
  slope.value = std::max(slope.value, 0.0);  // but for rounding
  return slope;
}

}  // namespace vggstyle

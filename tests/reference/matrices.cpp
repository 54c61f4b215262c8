#include "tests/reference/matrices.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace vggstyle::test {

Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix product(a.side);
  for (std::size_t i = 0; i < a.side; ++i) {
    for (std::size_t j = 0; j < a.side; ++j) {
      for (std::size_t k = 0; k < a.side; ++k) product(i, j) += a(i, k) * b(k, j);
    }
  }
  return product;
}

Matrix transposed(const Matrix& a) {
  Matrix result(a.side);
  for (std::size_t i = 0; i < a.side; ++i) {
    for (std::size_t j = 0; j < a.side; ++j) result(i, j) = a(j, i);
  }
  return result;
}

double trace(const Matrix& a) {
  double sum = 0;
  for (std::size_t i = 0; i < a.side; ++i) sum += a(i, i);
  return sum;
}

Eigen eigen(Matrix a) {
  Eigen result{{}, Matrix(a.side)};
  Matrix& v = result.vectors;
  for (std::size_t i = 0; i < a.side; ++i) v(i, i) = 1;
  const auto beside_diagonal = [&] {
    double sum = 0;
    for (std::size_t i = 0; i < a.side; ++i) {
      for (std::size_t j = 0; j < i; ++j) sum += a(i, j) * a(i, j);
    }
    return sum;
  };
  double before = INFINITY;  // of the sweep before: rounding stays
  for (int sweep = 0; sweep < 30 && beside_diagonal() < before; ++sweep) {
    before = beside_diagonal();
    for (std::size_t p = 0; p < a.side; ++p) {
      for (std::size_t q = p + 1; q < a.side; ++q) {
        if (a(p, q) == 0) continue;
        const double angle = 0.5 * std::atan2(2 * a(p, q), a(q, q) - a(p, p));
        const double c = std::cos(angle), s = std::sin(angle);
        for (std::size_t k = 0; k < a.side; ++k) {
          const double x = a(k, p), y = a(k, q);
          a(k, p) = c * x - s * y;
          a(k, q) = s * x + c * y;
          const double r = v(k, p), t = v(k, q);
          v(k, p) = c * r - s * t;
          v(k, q) = s * r + c * t;
        }
        for (std::size_t k = 0; k < a.side; ++k) {
          const double x = a(p, k), y = a(q, k);
          a(p, k) = c * x - s * y;
          a(q, k) = s * x + c * y;
        }
      }
    }
  }
  for (std::size_t i = 0; i < a.side; ++i) result.values.push_back(a(i, i));
  return result;
}

Matrix root(const Matrix& a) {
  const Eigen parts = eigen(a);
  Matrix scaled = parts.vectors;
  for (std::size_t i = 0; i < a.side; ++i) {
    for (std::size_t j = 0; j < a.side; ++j) {
      scaled(i, j) *= std::sqrt(std::max(0.0, parts.values[j]));
    }
  }
  return scaled * transposed(parts.vectors);
}

Matrix random_covariance(std::size_t side, std::size_t rank, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Matrix covariance(side);
  for (std::size_t k = 0; k < rank; ++k) {
    std::vector<double> x(side);
    for (double& value : x) value = normal(random);
    for (std::size_t i = 0; i < side; ++i) {
      for (std::size_t j = 0; j < side; ++j) {
        covariance(i, j) += x[i] * x[j] / static_cast<double>(rank);
      }
    }
  }
  return covariance;
}

Matrix random_rotation(std::size_t side, unsigned seed) {
  return eigen(random_covariance(side, side, seed)).vectors;
}

std::vector<double> random_mean(std::size_t side, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 2);
  std::vector<double> mean(side);
  for (double& value : mean) value = uniform(random);
  return mean;
}

StyleStatistics style(const Matrix& covariance, const std::vector<double>& mean) {
  StyleStatistics statistics{static_cast<int>(covariance.side), covariance.values, mean};
  for (std::size_t i = 0; i < mean.size(); ++i) {
    for (std::size_t j = 0; j < mean.size(); ++j) {
      statistics.gram[i * mean.size() + j] += mean[i] * mean[j];
    }
  }
  return statistics;
}

}  // namespace vggstyle::test

#pragma once

#include <cstddef>
#include <vector>

#include "net/loss_spec.h"

namespace vggstyle::test {

/// A square matrix by rows, and what the tests of distances need of it, written plainly.
struct Matrix {
  explicit Matrix(std::size_t side) : side(side), values(side * side) {}

  double& operator()(std::size_t i, std::size_t j) { return values[i * side + j]; }
  double operator()(std::size_t i, std::size_t j) const { return values[i * side + j]; }

  std::size_t side;
  std::vector<double> values;
};

Matrix operator*(const Matrix& a, const Matrix& b);
Matrix transposed(const Matrix& a);
double trace(const Matrix& a);

/// Eigenvalues in `values`, eigenvectors as columns, of a symmetric matrix: cyclic Jacobi
/// rotations.
struct Eigen {
  std::vector<double> values;
  Matrix vectors;
};
Eigen eigen(Matrix a);
/// Of a symmetric matrix without negative eigenvalues but for rounding.
Matrix root(const Matrix& a);

/// Mean of x x^T over `rank` random x.
Matrix random_covariance(std::size_t side, std::size_t rank, unsigned seed);
Matrix random_rotation(std::size_t side, unsigned seed);
std::vector<double> random_mean(std::size_t side, unsigned seed);

/// The style whose covariance and mean are these.
StyleStatistics style(const Matrix& covariance, const std::vector<double>& mean);

}  // namespace vggstyle::test

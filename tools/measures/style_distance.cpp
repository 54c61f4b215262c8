#include "tools/measures/style_distance.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <cmath>
#include <limits>

#include "runtime/error.h"
#include "tools/measures/decompositions.h"

namespace vggstyle {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

Eigen::Map<const Vector> vector(const std::vector<double>& values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

/// Of a symmetric matrix, whose rows are its columns.
Eigen::Map<const Matrix> symmetric(const std::vector<double>& values, std::size_t side) {
  const auto n = static_cast<Eigen::Index>(side);
  return {values.data(), n, n};
}

Eigen::Map<const Matrix> gram_of(const StyleStatistics& style) {
  return symmetric(style.gram, style.mean.size());
}

Matrix centered_of(const StyleStatistics& style) {
  const Vector mean = vector(style.mean);
  return gram_of(style) - mean * mean.transpose();
}

void check_channels(std::size_t a, std::size_t b) {
  if (a != b) {
    throw InternalError(fmt::format("styles of {} and {} channels have no distance", a, b));
  }
}

struct Squares {
  double difference = 0;
  double sizes = 0;  ///< mean of both

  void add(const Matrix& a, const Matrix& b) {
    difference += (a - b).squaredNorm();
    sizes += (a.squaredNorm() + b.squaredNorm()) / 2;
  }
};

Squares squares(const StyleStatistics& a, const StyleStatistics& b, GramMode mode) {
  check_channels(a.mean.size(), b.mean.size());
  Squares squares;
  if (mode != GramMode::kCentered) squares.add(gram_of(a), gram_of(b));
  if (mode != GramMode::kRaw) squares.add(centered_of(a), centered_of(b));
  return squares;
}

std::vector<double> symmetric_root(const Matrix& matrix) {
  const SymmetricEigen eigen = symmetric_eigen(matrix);
  if (!eigen.found) {
    throw InternalError("the eigenvalues of a style's covariance were not found");
  }
  // Rounding's share: its root is large beside rounding, and turns at random.
  const Vector& values = eigen.values;
  const double rounding = static_cast<double>(values.size()) *
                          std::numeric_limits<double>::epsilon() * values.cwiseAbs().maxCoeff();
  const Vector roots = (values.array() > rounding).select(values, 0.0).cwiseSqrt();
  const Matrix root = eigen.vectors * roots.asDiagonal() * eigen.vectors.transpose();
  return {root.data(), root.data() + root.size()};
}

}  // namespace

double frobenius_distance(const StyleStatistics& a, const StyleStatistics& b, GramMode mode) {
  return std::sqrt(squares(a, b, mode).difference);
}

double relative_frobenius_distance(const StyleStatistics& a, const StyleStatistics& b,
                                   GramMode mode) {
  const Squares both = squares(a, b, mode);
  return both.sizes > 0 ? std::sqrt(both.difference / both.sizes) : 0;
}

NormalStyle::NormalStyle(const StyleStatistics& statistics)
    : mean_(statistics.mean),
      root_(symmetric_root(centered_of(statistics))),
      power_(gram_of(statistics).trace()) {}

/// With roots R and S of the covariances, the covariances' part is the least |R - S Q| over all
/// rotations Q (Bhatia, Jain and Lim 2019, "On the Bures-Wasserstein distance between positive
/// definite matrices"), which the singular vectors of S R give. Summing traces instead would lose
/// half of the digits between near styles, and the eigenvalues of R S^2 R half of those of every
/// small singular value.
double bures_distance(const NormalStyle& a, const NormalStyle& b) {
  check_channels(a.mean_.size(), b.mean_.size());
  const auto root_a = symmetric(a.root_, a.mean_.size());
  const auto root_b = symmetric(b.root_, b.mean_.size());
  const SingularVectors singular = singular_vectors(root_b * root_a);
  const Matrix rotated = root_b * singular.u * singular.v.transpose();
  return std::sqrt((vector(a.mean_) - vector(b.mean_)).squaredNorm() +
                   (root_a - rotated).squaredNorm());
}

double bures_distance(const StyleStatistics& a, const StyleStatistics& b) {
  return bures_distance(NormalStyle(a), NormalStyle(b));
}

double bures_size(const NormalStyle& a, const NormalStyle& b) {
  return std::sqrt((a.power_ + b.power_) / 2);
}

double relative_bures_distance(const NormalStyle& a, const NormalStyle& b) {
  const double size = bures_size(a, b);
  return size > 0 ? bures_distance(a, b) / size : 0;
}

}  // namespace vggstyle

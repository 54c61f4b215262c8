// plane_map (style_distance.h).

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "tools/measures/decompositions.h"
#include "tools/measures/style_distance.h"

namespace vggstyle {
namespace {

/// An axis of the plane: where the points lie on it.
std::vector<double> axis(const Eigen::VectorXd& direction, double eigenvalue) {
  Eigen::VectorXd axis = direction * std::sqrt(std::max(0.0, eigenvalue));
  // The first of those as large as the largest but for rounding.
  const double largest = axis.cwiseAbs().maxCoeff();
  for (const double entry : axis) {
    if (std::abs(entry) < largest * (1 - 1e-9)) continue;
    if (entry < 0) axis = -axis;
    break;
  }
  return {axis.begin(), axis.end()};
}

}  // namespace

PlaneMap plane_map(const std::vector<double>& distances, int n) {
  const auto points = static_cast<std::size_t>(n);
  if (n < 1 || distances.size() != points * points) {
    throw InternalError(
        fmt::format("plane_map: {} distances are not those of {} points", distances.size(), n));
  }
  const Eigen::MatrixXd squares =
      Eigen::Map<const Eigen::MatrixXd>(distances.data(), n, n).array().square();
  const Eigen::MatrixXd centering =
      Eigen::MatrixXd::Identity(n, n) - Eigen::MatrixXd::Constant(n, n, 1.0 / n);
  const SymmetricEigen eigen = symmetric_eigen(-0.5 * centering * squares * centering);
  if (!eigen.found) {
    throw InternalError("plane_map: the eigenvalues of the distances were not found");
  }
  const Eigen::VectorXd& values = eigen.values;
  PlaneMap map;
  map.x = axis(eigen.vectors.col(n - 1), values(n - 1));
  map.y = n > 1 ? axis(eigen.vectors.col(n - 2), values(n - 2)) : std::vector<double>{0};
  const Eigen::VectorXd positive = values.cwiseMax(0);
  if (positive.sum() > 0) map.share = positive.tail(std::min(n, 2)).sum() / positive.sum();
  return map;
}

}  // namespace vggstyle

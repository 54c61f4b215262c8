#include "tools/measures/color_match.h"

#include <Eigen/Cholesky>

#include "tools/measures/decompositions.h"

namespace vggstyle {
namespace {

struct ColorMoments {
  Eigen::Vector3d mean;
  Eigen::Matrix3d covariance;
};

Eigen::Vector3d color_at(const Picture& picture, std::size_t i) {
  return {picture.plane(0)[i], picture.plane(1)[i], picture.plane(2)[i]};
}

ColorMoments color_moments(const WeightedPicture& weighted) {
  ColorMoments found{Eigen::Vector3d::Zero(), 0.01 * Eigen::Matrix3d::Identity()};
  const Picture& picture = weighted.picture();
  for (std::size_t i = 0; i < picture.pixels(); ++i) {
    found.mean += weighted.weight(i) * color_at(picture, i) / weighted.total();
  }
  for (std::size_t i = 0; i < picture.pixels(); ++i) {
    const Eigen::Vector3d from_mean = color_at(picture, i) - found.mean;
    found.covariance += weighted.weight(i) * from_mean * from_mean.transpose() / weighted.total();
  }
  return found;
}

Eigen::Matrix3d power(const Eigen::Matrix3d& matrix, double exponent) {
  const SymmetricEigen eigen = symmetric_eigen(matrix);
  const Eigen::VectorXd powers = eigen.values.array().pow(exponent);
  return eigen.vectors * powers.asDiagonal() * eigen.vectors.transpose();
}

Eigen::Matrix3d lower(const Eigen::Matrix3d& matrix) {
  return Eigen::LLT<Eigen::Matrix3d>(matrix).matrixL();
}

Eigen::Matrix3d inverse_lower(const Eigen::Matrix3d& matrix) {
  return lower(matrix).triangularView<Eigen::Lower>().solve(Eigen::Matrix3d::Identity());
}

}  // namespace

Picture match_colors(const WeightedPicture& style, const WeightedPicture& content, ColorMap how) {
  const ColorMoments from = color_moments(style), to = color_moments(content);
  const Eigen::Matrix3d map =
      how == ColorMap::kCholesky
          ? Eigen::Matrix3d(lower(to.covariance) * inverse_lower(from.covariance))
          : Eigen::Matrix3d(power(to.covariance, 0.5) * power(from.covariance, -0.5));
  Picture result = style.picture();
  for (std::size_t i = 0; i < result.pixels(); ++i) {
    const Eigen::Vector3d color = to.mean + map * (color_at(result, i) - from.mean);
    for (int c = 0; c < 3; ++c) result.plane(c)[i] = static_cast<float>(color[c]);
  }
  return result;
}

}  // namespace vggstyle

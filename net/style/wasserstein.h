#pragma once

#include "net/style/style_function.h"

namespace vggstyle {

/// The squared 2-Wasserstein distance of the normal distributions that have the same means and covariances
/// as the activations of picture and style (Gelbrich 1990). With C and C' the covariances, to each of which
/// least_variance() is added along the diagonal:
///
///   |mu - mu'|^2 + tr(C + C' - 2 (C'^1/2 C C'^1/2)^1/2)
///   d / dC = I - T,  T = C'^1/2 (C'^1/2 C C'^1/2)^-1/2 C'^1/2
///
/// T is the matrix of the optimal map from one to the other (Takatsu 2011; Bhatia, Jain, Lim 2019). Any L with
/// C' = L L^T may take the root's place: here it is Cholesky's, found once. An evaluation takes the
/// eigenvalues of one C x C matrix and four products of such.
class Wasserstein final : public StyleFunction {
 public:
  explicit Wasserstein(const StyleStatistics& target);

  StyleSlope evaluate(const StyleStatistics& statistics) const override;

 private:
  double least_, trace_ = 0;  ///< of C'
  std::vector<double> mean_;
  std::vector<double> lower_, upper_;  ///< L and L^T
};

}  // namespace vggstyle

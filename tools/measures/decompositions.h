#pragma once

#include <Eigen/Core>

namespace vggstyle {

/// Eigen's decompositions of float64 matrices, which take long to compile: here, once.

struct SymmetricEigen {
  bool found = false;       ///< else the iteration did not end, and the rest is not to be used
  Eigen::VectorXd values;   ///< rising
  Eigen::MatrixXd vectors;  ///< in columns
};
SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& matrix);

/// U and V of the singular value decomposition U S V^T.
struct SingularVectors {
  Eigen::MatrixXd u, v;
};
SingularVectors singular_vectors(const Eigen::MatrixXd& matrix);

}  // namespace vggstyle

#pragma once

#include <cstddef>
#include <vector>

namespace vggstyle {

/// A symmetric matrix taken apart: A = V diag(values) V^T.
struct SymmetricEigen {
  std::vector<double> values;   ///< in no order
  std::vector<double> vectors;  ///< V^T, n x n row-major: row i belongs to values[i]
};

/// Of `matrix`, n x n row-major, in float64: Householder's reflections to three diagonals, then QL steps
/// with implicit shifts (Golub and Van Loan, "Matrix computations", 8.3; EISPACK's tred2 and tql2). Errors
/// of eigenvalues are of the size of rounding of the largest. Same bytes for any number of threads.
/// InternalError if the matrix is not finite.
SymmetricEigen symmetric_eigen(std::vector<double> matrix, std::size_t n);

}  // namespace vggstyle

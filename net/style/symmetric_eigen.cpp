#include "net/style/symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "runtime/error.h"
#include "runtime/every_processor.h"

namespace vggstyle {
namespace {

/// Columns of V^T that are computed together: what they touch stays in a core's cache.
constexpr std::size_t kColumns = 32;

/// A = Q T Q^T with T of three diagonals and Q = H_0 H_1 ..., H_k = I - beta_k v_k v_k^T.
struct Tridiagonal {
  std::vector<double> diagonal, beside;  ///< beside[k] is between k and k + 1; the last one is 0
  std::vector<double> reflections;       ///< row k holds v_k in its columns k + 1...
  std::vector<double> beta;              ///< 0: H_k = I
};

/// Makes row `k` of `a` beyond k + 1 zero: leaves v_k there, its beta and what is left of the row.
void find_reflection(double* row, std::size_t first, std::size_t n, double& beta, double& left) {
  double norm = 0;
  for (std::size_t j = first; j < n; ++j) norm = std::hypot(norm, row[j]);
  left = row[first] > 0 ? -norm : norm;
  beta = 0;
  if (norm == 0) return;
  for (std::size_t j = first; j < n; ++j)
    row[j] /= norm;  // so that squares neither vanish nor overflow
  row[first] -= left / norm;
  const double squares = std::inner_product(row + first, row + n, row + first, 0.0);
  beta = squares > 0 ? 2 / squares : 0;
}

/// Row `i` of A - v w^T - w v^T, from column `first` on.
VGGSTYLE_FOR_EVERY_PROCESSOR
void take_off(double* row, std::size_t i, std::size_t first, std::size_t n, const double* v,
              const double* w) {
  const double vi = v[i], wi = w[i];
#pragma omp simd
  for (std::size_t j = first; j < n; ++j) row[j] -= vi * w[j] + wi * v[j];
}

VGGSTYLE_FOR_EVERY_PROCESSOR
double dot(const double* a, const double* b, std::size_t first, std::size_t n) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::size_t j = first; j < n; ++j) sum += a[j] * b[j];
  return sum;
}

/// A := H_k A H_k = A - v w^T - w v^T for one k after the other. What step k takes off is taken off in the pass over A
/// that step k + 1 makes anyway. By one thread: hundreds of short steps cost more to share than they take.
Tridiagonal three_diagonals(std::vector<double> a, std::size_t n) {
  Tridiagonal t{std::vector<double>(n), std::vector<double>(n), {}, std::vector<double>(n)};
  std::vector<double> w(n), next(n);
  for (std::size_t k = 0; k < n; ++k) {
    double* row = a.data() + k * n;
    const double* before = k > 0 ? row - n : w.data();  // v of the step before, at first zeros
    take_off(row, k, k, n, before, w.data());
    t.diagonal[k] = row[k];
    if (k + 2 < n) {
      find_reflection(row, k + 1, n, t.beta[k], t.beside[k]);
    } else if (k + 1 < n) {
      t.beside[k] = row[k + 1];
      row[k + 1] = 0;  // no reflection
    }
    for (std::size_t i = k + 1; i < n; ++i) {
      take_off(a.data() + i * n, i, k + 1, n, before, w.data());
      next[i] = t.beta[k] * dot(a.data() + i * n, row, k + 1, n);
    }
    const double along = t.beta[k] / 2 * dot(next.data(), row, k + 1, n);
    for (std::size_t i = k + 1; i < n; ++i) next[i] -= along * row[i];
    std::swap(w, next);
  }
  t.reflections = std::move(a);
  return t;
}

/// Of rows `row` and `row` + 1 of V^T.
struct Rotation {
  std::size_t row;
  double cosine, sine;
};

/// Rounding of the largest entries of T: what is beside the diagonal and no larger is nothing. Beside the entries next to it,
/// which may be rounding themselves, it need not be small.
double rounding_of(const Tridiagonal& t) {
  double most = 0;
  for (std::size_t i = 0; i < t.diagonal.size(); ++i) {
    most = std::max(most, std::abs(t.diagonal[i]) + std::abs(t.beside[i]));
  }
  return std::numeric_limits<double>::epsilon() * most;
}

/// The first row from `begin` on after which T falls apart.
std::size_t end_of_block(const Tridiagonal& t, std::size_t begin, double rounding) {
  std::size_t m = begin;
  while (m + 1 < t.diagonal.size() && std::abs(t.beside[m]) > rounding) ++m;
  return m;
}

/// One QL step with an implicit shift on rows l to m of T.
void ql_step(Tridiagonal& t, std::size_t l, std::size_t m, std::vector<Rotation>& rotations) {
  std::vector<double>&d = t.diagonal, &e = t.beside;
  const double half = (d[l + 1] - d[l]) / (2 * e[l]);
  double g = d[m] - d[l] + e[l] / (half + std::copysign(std::hypot(half, 1.0), half));
  double sine = 1, cosine = 1, p = 0;
  for (std::size_t i = m; i-- > l;) {
    const double f = sine * e[i], b = cosine * e[i];
    const double r = std::hypot(f, g);
    e[i + 1] = r;
    if (r == 0) {  // T falls apart here
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1] - p;
    const double s = (d[i] - g) * sine + 2 * cosine * b;
    p = sine * s;
    d[i + 1] = g + p;
    g = cosine * s - b;
    rotations.push_back({i, cosine, sine});
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}

/// Leaves the eigenvalues on T's diagonal.
std::vector<Rotation> diagonalize(Tridiagonal& t) {
  constexpr int kMostSteps = 60;  // two or three are needed
  const double rounding = rounding_of(t);
  std::vector<Rotation> rotations;
  for (std::size_t l = 0; l < t.diagonal.size(); ++l) {
    for (int step = 0;; ++step) {
      const std::size_t m = end_of_block(t, l, rounding);
      if (m == l) break;
      if (step == kMostSteps) throw InternalError("eigenvalues of a style's matrix were not found");
      ql_step(t, l, m, rotations);
    }
  }
  return rotations;
}

/// The columns of V^T from `begin` on: those of I, reflected and rotated.
VGGSTYLE_FOR_EVERY_PROCESSOR
void make_columns(const Tridiagonal& t, const std::vector<Rotation>& rotations, std::size_t begin,
                  double* vectors) {
  const std::size_t n = t.diagonal.size(), count = std::min(kColumns, n - begin);
  std::vector<double> columns(n * kColumns);
  for (std::size_t c = 0; c < count; ++c) columns[(begin + c) * kColumns + c] = 1;
  for (std::size_t k = 0; k < n; ++k) {
    if (t.beta[k] == 0) continue;
    const double* v = t.reflections.data() + k * n;
    double along[kColumns] = {};
    for (std::size_t i = k + 1; i < n; ++i) {
      const double* row = columns.data() + i * kColumns;
      for (std::size_t c = 0; c < kColumns; ++c) along[c] += v[i] * row[c];
    }
    for (std::size_t i = k + 1; i < n; ++i) {
      double* row = columns.data() + i * kColumns;
      const double factor = t.beta[k] * v[i];
      for (std::size_t c = 0; c < kColumns; ++c) row[c] -= factor * along[c];
    }
  }
  for (const auto& [row, cosine, sine] : rotations) {
    double* upper = columns.data() + row * kColumns;
    double* lower = upper + kColumns;
    for (std::size_t c = 0; c < kColumns; ++c) {
      const double x = upper[c], y = lower[c];
      upper[c] = cosine * x - sine * y;
      lower[c] = sine * x + cosine * y;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    std::copy_n(columns.data() + i * kColumns, count, vectors + i * n + begin);
  }
}

}  // namespace

SymmetricEigen symmetric_eigen(std::vector<double> matrix, std::size_t n) {
  if (!std::ranges::all_of(matrix, [](double value) { return std::isfinite(value); })) {
    throw InternalError("a matrix that is not finite has no eigenvalues");
  }
  Tridiagonal t = three_diagonals(std::move(matrix), n);
  const std::vector<Rotation> rotations = diagonalize(t);
  SymmetricEigen result{t.diagonal, std::vector<double>(n * n)};
#pragma omp parallel for schedule(dynamic)
  for (std::size_t begin = 0; begin < n; begin += kColumns) {
    make_columns(t, rotations, begin, result.vectors.data());
  }
  return result;
}

}  // namespace vggstyle

// Style losses that are formed on the host, and the eigenvalues that one of them needs.

#include "net/style/style_function.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "net/style/symmetric_eigen.h"
#include "runtime/cpu_device.h"
#include "runtime/error.h"
#include "tests/reference/matrices.h"

using namespace vggstyle;
using test::Matrix;

namespace {

constexpr StyleForm kForms[] = {StyleForm::kMoments, StyleForm::kWasserstein};

double value(StyleForm form, const StyleStatistics& at, const StyleStatistics& target) {
  return make_style_function(form, target)->evaluate(at).value;
}

StyleStatistics random_style(std::size_t channels, std::size_t rank, unsigned seed) {
  return test::style(test::random_covariance(channels, rank, seed),
                     test::random_mean(channels, seed + 1));
}

/// The largest entry of V^T V - I and of V^T diag V - A, by the size of A.
void check_eigen(const Matrix& a) {
  const std::size_t n = a.side;
  const SymmetricEigen eigen = symmetric_eigen(a.values, n);
  Matrix rows(n), scaled(n);
  rows.values = scaled.values = eigen.vectors;
  double most = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) scaled(i, j) *= eigen.values[i];
    most = std::max(most, std::abs(eigen.values[i]));
  }
  const Matrix one = rows * test::transposed(rows), again = test::transposed(rows) * scaled;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      CHECK(std::abs(one(i, j) - (i == j ? 1 : 0)) < 1e-13);
      CHECK(std::abs(again(i, j) - a(i, j)) <= 1e-13 * most);
    }
  }
}

}  // namespace

TEST_CASE("a symmetric matrix is what its eigenvalues and vectors make: sizes, low rank, scales") {
  for (const std::size_t n : {1UL, 2UL, 3UL, 31UL, 32UL, 33UL, 70UL}) {
    CAPTURE(n);
    check_eigen(test::random_covariance(n, 2 * n, 1));
    check_eigen(test::random_covariance(n, (n + 2) / 3, 2));
    Matrix other = test::random_covariance(n, n, 3);
    for (std::size_t i = 0; i < n; ++i) other(i, i) -= 1;  // some are below 0
    check_eigen(other);
    for (double& entry : other.values) entry *= 1e-150;
    check_eigen(other);
    Matrix diagonal(n);
    check_eigen(diagonal);
    for (std::size_t i = 0; i < n; ++i) diagonal(i, i) = static_cast<double>(i % 3);
    check_eigen(diagonal);
  }
  // Most eigenvalues are rounding, and so is what is beside them on the diagonal.
  for (unsigned seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    check_eigen(test::random_covariance(64, 2 + seed % 2, seed));
  }
  CHECK_THROWS_AS(symmetric_eigen({std::numeric_limits<double>::quiet_NaN()}, 1), InternalError);
}

TEST_CASE("eigenvectors are the same bytes for any number of threads") {
  const Matrix a = test::random_covariance(150, 150, 4);
  const auto vectors = [&](int threads) {
    const auto device = make_cpu_device(threads);
    return symmetric_eigen(a.values, a.side).vectors;
  };
  const std::vector<double> one = vectors(1);
  CHECK(vectors(2) == one);
  CHECK(vectors(5) == one);
}

TEST_CASE("distances: 0 and no slope at the style, more of any other, whatever the unit") {
  const StyleStatistics style = random_style(20, 40, 1), other = random_style(20, 40, 5);
  for (const StyleForm form : kForms) {
    CAPTURE(static_cast<int>(form));
    const StyleSlope same = make_style_function(form, style)->evaluate(style);
    CHECK(same.value < 1e-12);
    for (const double slope : same.by_covariance) CHECK(std::abs(slope) < 1e-9);
    for (const double slope : same.by_mean) CHECK(slope == 0);
    const double apart = value(form, other, style);
    CHECK(apart > 1);
    StyleStatistics scaled_style = style, scaled_other = other;
    for (StyleStatistics* s : {&scaled_style, &scaled_other}) {
      for (double& g : s->gram) g *= 1e-8;
      for (double& mu : s->mean) mu *= 1e-4;
    }
    CHECK(value(form, scaled_other, scaled_style) == doctest::Approx(1e-8 * apart));
  }
}

TEST_CASE(
    "only wasserstein sees how channels go together, and without covariances both are the same") {
  Matrix together(2), alone(2);
  together.values = {1, 0.9, 0.9, 1};
  alone.values = {1, 0, 0, 1};
  const std::vector<double> mean{1, 2};
  CHECK(value(StyleForm::kMoments, test::style(together, mean), test::style(alone, mean)) < 1e-12);
  // tr(C + I - 2 C^1/2), with eigenvalues of C 1.9 and 0.1.
  CHECK(value(StyleForm::kWasserstein, test::style(together, mean), test::style(alone, mean)) ==
        doctest::Approx(4 - 2 * (std::sqrt(1.9) + std::sqrt(0.1))).epsilon(1e-3));
  Matrix wide(2);
  wide.values = {4, 0, 0, 9};
  for (const StyleForm form : kForms) {
    CHECK(value(form, test::style(wide, {1, 1}), test::style(alone, mean)) ==
          doctest::Approx(1 + 1 + 4).epsilon(1e-3));
  }
}

TEST_CASE("distances of flat and black styles are finite, and of layers with fewer positions") {
  const StyleStatistics flat = test::style(Matrix(12), test::random_mean(12, 1));
  const StyleStatistics black = test::style(Matrix(12), std::vector<double>(12));
  const StyleStatistics thin = random_style(12, 3, 2), full = random_style(12, 30, 3);
  const StyleStatistics styles[] = {flat, black, thin, full};
  for (const StyleForm form : kForms) {
    for (const StyleStatistics& target : styles) {
      for (const StyleStatistics& at : styles) {
        const StyleSlope slope = make_style_function(form, target)->evaluate(at);
        CHECK(std::isfinite(slope.value));
        CHECK(slope.value >= 0);
        for (const double s : slope.by_covariance) CHECK(std::isfinite(s));
      }
    }
    // Of a flat style only means and variances count.
    CHECK(value(form, full, flat) ==
          doctest::Approx(value(form, test::style(Matrix(12), full.mean), flat) +
                          test::trace(test::random_covariance(12, 30, 3)))
              .epsilon(2e-2));
  }
}

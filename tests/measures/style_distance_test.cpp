// Distances of styles against an independent eigen-solver (cyclic Jacobi), closed forms, and what
// makes a distance one.

#include "tools/measures/style_distance.h"

#include <doctest/doctest.h>

#include <cmath>

#include "runtime/error.h"
#include "tests/reference/matrices.h"

namespace vggstyle::test {
namespace {

using Mean = std::vector<double>;

constexpr GramMode kModes[] = {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth};

StyleStatistics random_style(std::size_t side, std::size_t rank, unsigned seed) {
  return style(random_covariance(side, rank, seed), random_mean(side, seed + 1000));
}

StyleStatistics black(std::size_t side) {
  return style(Matrix(side), Mean(side));
}

double norm(const std::vector<double>& values) {
  double squares = 0;
  for (const double value : values) squares += value * value;
  return std::sqrt(squares);
}

std::vector<double> difference(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return a;
}

/// As Gelbrich writes it.
double slow_bures(const Matrix& a, const Mean& mean_a, const Matrix& b, const Mean& mean_b) {
  const Matrix root_a = root(a);
  const double squared = std::pow(norm(difference(mean_a, mean_b)), 2) + trace(a) + trace(b) -
                         2 * trace(root(root_a * b * root_a));
  return std::sqrt(std::max(0.0, squared));
}

TEST_CASE("Frobenius distances by their definition") {
  const Matrix ca = random_covariance(5, 5, 1), cb = random_covariance(5, 3, 2);
  const Mean ma = random_mean(5, 3), mb = random_mean(5, 4);
  const StyleStatistics a = style(ca, ma), b = style(cb, mb);
  const double raw = norm(difference(a.gram, b.gram));
  const double centered = norm(difference(ca.values, cb.values));
  CHECK(frobenius_distance(a, b, GramMode::kRaw) == doctest::Approx(raw));
  CHECK(frobenius_distance(a, b, GramMode::kCentered) == doctest::Approx(centered));
  CHECK(frobenius_distance(a, b, GramMode::kBoth) == doctest::Approx(std::hypot(raw, centered)));
  const auto mean_size = [](double x, double y) { return std::sqrt((x * x + y * y) / 2); };
  const double raw_size = mean_size(norm(a.gram), norm(b.gram));
  const double centered_size = mean_size(norm(ca.values), norm(cb.values));
  CHECK(relative_frobenius_distance(a, b, GramMode::kRaw) == doctest::Approx(raw / raw_size));
  CHECK(relative_frobenius_distance(a, b, GramMode::kCentered) ==
        doctest::Approx(centered / centered_size));
  CHECK(relative_frobenius_distance(a, b, GramMode::kBoth) ==
        doctest::Approx(std::hypot(raw, centered) / std::hypot(raw_size, centered_size)));
}

TEST_CASE("Bures' distance is that of the independent solver") {
  for (const std::size_t side : {1u, 2u, 3u, 8u, 17u, 40u}) {
    CAPTURE(side);
    const Matrix a = random_covariance(side, side + 2, 5), b = random_covariance(side, 2 * side, 6);
    const Mean ma = random_mean(side, 7), mb = random_mean(side, 8);
    CHECK(bures_distance(style(a, ma), style(b, mb)) ==
          doctest::Approx(slow_bures(a, ma, b, mb)).epsilon(1e-9));
  }
}

TEST_CASE("Bures' distance of matrices of low rank") {
  for (const std::size_t rank : {1u, 2u, 5u}) {
    CAPTURE(rank);
    const Matrix a = random_covariance(12, rank, 9), b = random_covariance(12, 12, 10);
    const Mean mean = random_mean(12, 11);
    // The slow form takes roots of eigenvalues that are 0 but for rounding.
    CHECK(bures_distance(style(a, mean), style(b, mean)) ==
          doctest::Approx(slow_bures(a, mean, b, mean)).epsilon(1e-6));
    CHECK(bures_distance(style(a, mean), style(a, mean)) < 1e-12);
  }
}

TEST_CASE("one dimension: the distances of means and of deviations") {
  Matrix a(1), b(1);
  a(0, 0) = 9;
  b(0, 0) = 25;
  CHECK(bures_distance(style(a, {1}), style(b, {4})) == doctest::Approx(std::hypot(3.0, 2.0)));
}

TEST_CASE("matrices that commute: the distance of their roots") {
  const std::size_t side = 9;
  Matrix a(side), b(side);
  double squares = 0;
  for (std::size_t i = 0; i < side; ++i) {
    a(i, i) = static_cast<double>(i * i);
    b(i, i) = static_cast<double>((7 - i) * (7 - i));
    squares += std::pow(static_cast<double>(i) - std::abs(7 - static_cast<double>(i)), 2);
  }
  const Mean mean(side, 0.5);
  CHECK(bures_distance(style(a, mean), style(b, mean)) == doctest::Approx(std::sqrt(squares)));
  const Matrix q = random_rotation(side, 12);
  CHECK(bures_distance(style(q * a * transposed(q), mean), style(q * b * transposed(q), mean)) ==
        doctest::Approx(std::sqrt(squares)));
}

TEST_CASE("a rotation of both styles changes no distance") {
  const Matrix q = random_rotation(10, 13);
  const Matrix a = random_covariance(10, 10, 14), b = random_covariance(10, 4, 15);
  const auto rotated = [&q](const Mean& mean) {
    Mean result(mean.size());
    for (std::size_t i = 0; i < mean.size(); ++i) {
      for (std::size_t j = 0; j < mean.size(); ++j) result[i] += q(i, j) * mean[j];
    }
    return result;
  };
  const Mean ma = random_mean(10, 16), mb = random_mean(10, 17);
  const StyleStatistics first = style(a, ma), second = style(b, mb);
  const StyleStatistics turned_first = style(q * a * transposed(q), rotated(ma));
  const StyleStatistics turned_second = style(q * b * transposed(q), rotated(mb));
  CHECK(bures_distance(turned_first, turned_second) ==
        doctest::Approx(bures_distance(first, second)));
  for (const GramMode mode : kModes) {
    CHECK(relative_frobenius_distance(turned_first, turned_second, mode) ==
          doctest::Approx(relative_frobenius_distance(first, second, mode)));
  }
}

TEST_CASE("near styles have a small distance, not rounding") {
  // Means and traces cancel to 16 digits here: what remains is the shift of one deviation.
  Matrix a(20), b(20);
  for (std::size_t i = 0; i < 20; ++i) a(i, i) = b(i, i) = 1e4;
  b(3, 3) = std::pow(100 + 1e-6, 2);
  CHECK(bures_distance(style(a, Mean(20)), style(b, Mean(20))) ==
        doctest::Approx(1e-6).epsilon(1e-4));
  const StyleStatistics same = random_style(64, 64, 18);
  CHECK(bures_distance(same, same) < 1e-12);
}

/// Every distance of two styles, of which each must keep the axioms.
std::vector<double> distances(const StyleStatistics& a, const StyleStatistics& b) {
  std::vector<double> all = {bures_distance(a, b),
                             relative_bures_distance(NormalStyle(a), NormalStyle(b))};
  for (const GramMode mode : kModes) {
    all.push_back(frobenius_distance(a, b, mode));
    all.push_back(relative_frobenius_distance(a, b, mode));
  }
  return all;
}

TEST_CASE("non-negative, symmetric, zero for the same alone, and the triangle inequality") {
  std::vector<StyleStatistics> styles;
  for (unsigned seed = 0; seed < 9; ++seed) {
    // Of many sizes: a relative distance that is none fails where one style is far larger.
    StyleStatistics random = random_style(4, 1 + seed % 4, 20 + seed);
    const double scale = std::pow(3.0, static_cast<double>(seed) - 4);
    for (double& value : random.gram) value *= scale * scale;
    for (double& value : random.mean) value *= scale;
    styles.push_back(random);
  }
  styles.push_back(black(4));
  std::vector<std::vector<std::vector<double>>> all(styles.size());
  for (std::size_t i = 0; i < styles.size(); ++i) {
    for (const StyleStatistics& other : styles) all[i].push_back(distances(styles[i], other));
  }
  for (std::size_t i = 0; i < styles.size(); ++i) {
    for (std::size_t j = 0; j < styles.size(); ++j) {
      for (std::size_t d = 0; d < all[i][j].size(); ++d) {
        CAPTURE(d);
        if (i == j) {
          CHECK(all[i][j][d] == doctest::Approx(0));
        } else {
          CHECK(all[i][j][d] > 1e-5);
        }
        CHECK(all[i][j][d] == doctest::Approx(all[j][i][d]).epsilon(1e-9));
        for (std::size_t k = 0; k < styles.size(); ++k) {
          CHECK(all[i][k][d] <= (all[i][j][d] + all[j][k][d]) * (1 + 1e-9) + 1e-9);
        }
      }
    }
  }
}

TEST_CASE("raw does not see how a matrix splits, centred does not see the mean") {
  Matrix spread(1), none(1);
  spread(0, 0) = 4;
  const StyleStatistics a = style(spread, {0}), b = style(none, {2}), c = style(spread, {7});
  CHECK(frobenius_distance(a, b, GramMode::kRaw) == 0);
  CHECK(frobenius_distance(a, c, GramMode::kCentered) == doctest::Approx(0));
  CHECK(frobenius_distance(a, b, GramMode::kBoth) == doctest::Approx(4));
  CHECK(frobenius_distance(a, c, GramMode::kBoth) == doctest::Approx(49));
}

TEST_CASE("relative distances end at the root of 2, at black") {
  const StyleStatistics style = random_style(6, 6, 30);
  for (const GramMode mode : kModes) {
    CHECK(relative_frobenius_distance(style, black(6), mode) == doctest::Approx(std::sqrt(2.0)));
    CHECK(relative_frobenius_distance(black(6), black(6), mode) == 0);
  }
  const NormalStyle normal(style), none(black(6));
  CHECK(relative_bures_distance(normal, none) == doctest::Approx(std::sqrt(2.0)));
  CHECK(relative_bures_distance(none, none) == 0);
}

TEST_CASE("relative distances do not change with the unit of activations") {
  const StyleStatistics a = random_style(6, 6, 31), b = random_style(6, 3, 32);
  const auto scaled = [](StyleStatistics style) {
    for (double& value : style.gram) value *= 100;
    for (double& value : style.mean) value *= 10;
    return style;
  };
  for (const GramMode mode : kModes) {
    CHECK(relative_frobenius_distance(scaled(a), scaled(b), mode) ==
          doctest::Approx(relative_frobenius_distance(a, b, mode)));
  }
  CHECK(relative_bures_distance(NormalStyle(scaled(a)), NormalStyle(scaled(b))) ==
        doctest::Approx(relative_bures_distance(NormalStyle(a), NormalStyle(b))));
}

TEST_CASE("styles of different layers have no distance") {
  const StyleStatistics a = random_style(4, 4, 33), b = random_style(5, 5, 34);
  CHECK_THROWS_AS(frobenius_distance(a, b, GramMode::kBoth), InternalError);
  CHECK_THROWS_AS(bures_distance(a, b), InternalError);
}

}  // namespace
}  // namespace vggstyle::test

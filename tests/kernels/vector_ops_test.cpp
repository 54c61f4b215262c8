#include "kernels/vector_ops.h"

#include <array>
#include <deque>

#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

/// n random floats in guarded device memory, and on the host as they were last seen.
class Vector {
 public:
  Vector(Backend& backend, std::size_t n, unsigned seed, bool positive = false)
      : backend_(backend), host_(n), memory_(backend, n * sizeof(float)) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.3F, 2.0F);
    for (float& v : host_) v = positive ? std::fabs(normal(random)) : normal(random);
    upload();
  }
  float* data() const { return memory_.as<float>(); }
  double operator[](std::size_t i) const { return static_cast<double>(host_[i]); }
  void set(std::size_t i, float value) {
    host_[i] = value;
    upload();
  }
  /// Reads what kernels wrote.
  void refresh() { backend_.device().download(host_.data(), data(), host_.size() * sizeof(float)); }

 private:
  void upload() { backend_.device().upload(data(), host_.data(), host_.size() * sizeof(float)); }

  Backend& backend_;
  std::vector<float> host_;
  GuardedBuffer memory_;
};

const std::size_t kSizes[] = {0, 1, 7, 2049, 70001, 1000003};

}  // namespace

TEST_CASE("vector passes against plain float64 loops") {
  TestBackend backend;
  VectorOps& ops = backend->vector_ops();
  for (const std::size_t n : kSizes) {
    if (!backend.affords(100 * static_cast<double>(n))) continue;
    CAPTURE(n);
    Vector a(*backend, n, 1), b(*backend, n, 2), c(*backend, n, 3), out(*backend, n, 4);
    const std::array<const float*, 3> rows = {a.data(), b.data(), c.data()};
    std::array<double, 6> dots{};
    double largest = -1;
    ops.dots(rows, std::array<const float*, 2>{b.data(), c.data()}, n, dots);
    ops.max_abs(b.data(), n, largest);
    ops.read_back();
    std::array<double, 6> plain{};
    for (std::size_t i = 0; i < n; ++i) {
      const double row[3] = {a[i], b[i], c[i]}, column[2] = {b[i], c[i]};
      for (std::size_t e = 0; e < 6; ++e) plain[e] += row[e / 2] * column[e % 2];
    }
    for (std::size_t e = 0; e < 6; ++e) CHECK(dots[e] == doctest::Approx(plain[e]).epsilon(1e-11));

    std::vector<double> before;
    for (std::size_t i = 0; i < n; ++i) before.push_back(a[i]);
    ops.combine(rows, std::array<double, 3>{0.5, -2, 3}, n, a.data());
    ops.add_scaled(b.data(), -1.5, c.data(), n, out.data());
    a.refresh();
    out.refresh();
    int wrong = 0;
    for (std::size_t i = 0; i < n; ++i) {
      wrong +=
          a[i] != static_cast<double>(static_cast<float>(0.5 * before[i] - 2 * b[i] + 3 * c[i]));
      wrong += std::fabs(out[i] - (b[i] - 1.5 * c[i])) > 1e-6 * (1 + std::fabs(out[i]));
    }
    ops.mask_bound(b.data(), c.data(), -1, 1, n, out.data());
    out.refresh();
    for (std::size_t i = 0; i < n; ++i) {
      const bool bound = (b[i] <= -1 && c[i] > 0) || (b[i] >= 1 && c[i] < 0);
      wrong += bound ? out[i] != 0 : std::fabs(out[i] - (b[i] - 1.5 * c[i])) > 1e-5;
    }
    double mean = 0, square = 0, most = 0;
    for (std::size_t i = 0; i < n; ++i) {
      mean += b[i] / static_cast<double>(n);
      most = std::fmax(most, std::fabs(b[i]));
    }
    for (std::size_t i = 0; i < n; ++i) square += std::pow(b[i] - mean, 2);
    const VectorOps::Moments moments = ops.moments(b.data(), n);
    CHECK(moments.mean == doctest::Approx(mean).epsilon(1e-9));
    CHECK(moments.deviation ==
          doctest::Approx(n == 0 ? 0 : std::sqrt(square / static_cast<double>(n))).epsilon(1e-9));
    CHECK(largest == most);
    ops.copy(b.data(), n, out.data());
    ops.clamp(out.data(), -0.5, 0.5, n);
    out.refresh();
    for (std::size_t i = 0; i < n; ++i) wrong += out[i] != std::fmin(std::fmax(b[i], -0.5), 0.5);
    CHECK(wrong == 0);
  }
}

TEST_CASE("Adam steps against the formula in float64") {
  TestBackend backend;
  constexpr std::size_t kSize = 1003;
  Vector g(*backend, kSize, 1), x(*backend, kSize, 2), m(*backend, kSize, 3);
  Vector v(*backend, kSize, 4, true);
  std::vector<double> x0(kSize), m0(kSize), v0(kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    x0[i] = x[i];
    m0[i] = m[i];
    v0[i] = v[i];
  }
  for (int t = 1; t <= 3; ++t) {
    backend->vector_ops().adam({0.7, 0.9, 0.99, 1e-8, t}, g.data(), kSize, x.data(), m.data(),
                               v.data());
    for (std::size_t i = 0; i < kSize; ++i) {
      m0[i] = 0.9 * m0[i] + 0.1 * g[i];
      v0[i] = 0.99 * v0[i] + 0.01 * g[i] * g[i];
      x0[i] -= 0.7 * m0[i] / (1 - std::pow(0.9, t)) /
               (std::sqrt(v0[i] / (1 - std::pow(0.99, t))) + 1e-8);
    }
  }
  x.refresh();
  m.refresh();
  v.refresh();
  double worst = 0;
  for (std::size_t i = 0; i < kSize; ++i) {
    worst = std::max({worst, std::fabs(x[i] - x0[i]) / (1 + std::fabs(x0[i])),
                      std::fabs(m[i] - m0[i]) / (1 + std::fabs(m0[i])),
                      std::fabs(v[i] - v0[i]) / (1 + std::fabs(v0[i]))});
  }
  CHECK(worst < 3e-6);
}

TEST_CASE("vector passes see a NaN wherever it is") {
  TestBackend backend;
  for (const std::size_t where : {0U, 4097U, 9999U}) {
    Vector v(*backend, 10000, 1);
    v.set(where, std::numeric_limits<float>::quiet_NaN());
    double most = 0;
    backend->vector_ops().max_abs(v.data(), 10000, most);
    backend->vector_ops().read_back();
    CHECK(std::isnan(most));
    backend->vector_ops().clamp(v.data(), 0, 1, 10000);
    v.refresh();
    CHECK(std::isnan(v[where]));
  }
}

TEST_CASE("vector passes give the same bytes for any number of threads") {
  std::vector<double> sums;
  for (const int threads : {1, 2, 3, 7}) {
    TestBackend backend(threads);
    const std::size_t n = backend.affords(1e8) ? 1000003 : 100003;
    Vector a(*backend, n, 1), b(*backend, n, 2);
    double dot = 0;
    backend->vector_ops().dots(std::array<const float*, 1>{a.data()},
                               std::array<const float*, 1>{b.data()}, n, {&dot, 1});
    backend->vector_ops().read_back();
    sums.push_back(dot + backend->vector_ops().moments(a.data(), n).deviation);
    CHECK(sums.back() == sums.front());
  }
}

TEST_CASE("vector passes over more rows than one launch takes, and many requests before one read") {
  TestBackend backend;
  VectorOps& ops = backend->vector_ops();
  constexpr std::size_t kSize = 301, kRows = 150;
  std::deque<Vector> vectors;  // they stay where they are
  std::vector<const float*> rows;
  std::vector<double> coefficients;
  for (unsigned r = 0; r < kRows; ++r) {
    vectors.emplace_back(*backend, kSize, r + 1);
    rows.push_back(vectors.back().data());
    coefficients.push_back(0.1 * r - 4);
  }
  const auto product = [&](std::size_t a, std::size_t b) {
    double sum = 0;
    for (std::size_t i = 0; i < kSize; ++i) sum += vectors[a][i] * vectors[b][i];
    return sum;
  };
  constexpr std::size_t kColumns = 6;
  std::vector<double> dots(kRows * kColumns), others(kRows, 0.0);
  ops.dots(rows, std::span(rows).first(kColumns), kSize, dots);
  for (std::size_t r = 0; r < kRows; ++r) {
    ops.dots(std::span(rows).subspan(r, 1), std::span(rows).first(1), kSize, {&others[r], 1});
  }
  ops.read_back();
  int wrong = 0;
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t c = 0; c < kColumns; ++c) {
      wrong += std::fabs(dots[r * kColumns + c] - product(r, c)) > 1e-9 * kSize;
    }
    wrong += others[r] != dots[r * kColumns];
  }
  CHECK(wrong == 0);

  // In place, on a row of a later launch than the first.
  std::vector<double> combined(kSize, 0.0);
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t i = 0; i < kSize; ++i) combined[i] += coefficients[r] * vectors[r][i];
  }
  ops.combine(rows, coefficients, kSize, vectors[kRows - 5].data());
  vectors[kRows - 5].refresh();
  for (std::size_t i = 0; i < kSize; ++i) {
    wrong += std::fabs(vectors[kRows - 5][i] - combined[i]) > 1e-3;
  }
  CHECK(wrong == 0);
}

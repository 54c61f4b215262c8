#include "kernels/vector_ops.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "runtime/cpu_device.h"

using namespace vggstyle;

namespace {

constexpr float kGuard = 12345.5f;

/// n random floats between two guard words.
class Guarded {
 public:
  Guarded(std::size_t n, unsigned seed) : all_(n + 2, kGuard) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.3f, 2.0f);
    for (std::size_t i = 1; i <= n; ++i) all_[i] = normal(random);
  }
  float* data() { return all_.data() + 1; }
  double operator[](std::size_t i) const { return static_cast<double>(all_[i + 1]); }
  bool intact() const { return all_.front() == kGuard && all_.back() == kGuard; }
  bool operator==(const Guarded& other) const { return all_ == other.all_; }

 private:
  std::vector<float> all_;
};

const std::size_t kSizes[] = {0, 1, 7, 2049, 1000003};

}  // namespace

TEST_CASE("Vector passes: against plain float64 loops") {
  const auto device = make_cpu_device(2);
  const auto ops = make_cpu_vector_ops(*device);
  for (const std::size_t n : kSizes) {
    CAPTURE(n);
    Guarded a(n, 1), b(n, 2), c(n, 3), out(n, 4);
    const std::array<const float*, 3> rows = {a.data(), b.data(), c.data()};
    std::array<double, 6> dots{};
    ops->dots(rows, std::array<const float*, 2>{b.data(), c.data()}, n, dots);
    std::array<double, 6> plain{};
    for (std::size_t i = 0; i < n; ++i) {
      const double row[3] = {a[i], b[i], c[i]}, column[2] = {b[i], c[i]};
      for (std::size_t e = 0; e < 6; ++e) plain[e] += row[e / 2] * column[e % 2];
    }
    for (std::size_t e = 0; e < 6; ++e) CHECK(dots[e] == doctest::Approx(plain[e]).epsilon(1e-11));

    const Guarded before = a;
    ops->combine(rows, std::array<double, 3>{0.5, -2, 3}, n, a.data());
    ops->add_scaled(b.data(), -1.5, c.data(), n, out.data());
    int wrong = 0;
    for (std::size_t i = 0; i < n; ++i) {
      wrong +=
          a[i] != static_cast<double>(static_cast<float>(0.5 * before[i] - 2 * b[i] + 3 * c[i]));
      wrong += std::fabs(out[i] - (b[i] - 1.5 * c[i])) > 1e-6 * (1 + std::fabs(out[i]));
    }
    ops->mask_bound(b.data(), c.data(), -1, 1, n, out.data());
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
    const VectorOps::Moments moments = ops->moments(b.data(), n);
    CHECK(moments.mean == doctest::Approx(mean).epsilon(1e-9));
    CHECK(moments.deviation ==
          doctest::Approx(n == 0 ? 0 : std::sqrt(square / static_cast<double>(n))).epsilon(1e-9));
    CHECK(ops->max_abs(b.data(), n) == most);
    ops->copy(b.data(), n, out.data());
    ops->clamp(out.data(), -0.5, 0.5, n);
    for (std::size_t i = 0; i < n; ++i) wrong += out[i] != std::fmin(std::fmax(b[i], -0.5), 0.5);
    CHECK(wrong == 0);
    CHECK((a.intact() && b.intact() && c.intact() && out.intact()));
  }
}

TEST_CASE("Vector passes: NaN is seen wherever it is") {
  const auto device = make_cpu_device(2);
  const auto ops = make_cpu_vector_ops(*device);
  for (const std::size_t where : {0u, 4097u, 9999u}) {
    Guarded v(10000, 1);
    v.data()[where] = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(ops->max_abs(v.data(), 10000)));
    ops->clamp(v.data(), 0, 1, 10000);
    CHECK(std::isnan(v[where]));
  }
}

TEST_CASE("Vector passes: the same bytes for any number of threads") {
  const std::size_t n = 1000003;
  Guarded a(n, 1), b(n, 2);
  std::vector<double> sums;
  for (const int threads : {1, 2, 3, 7}) {
    const auto device = make_cpu_device(threads);
    const auto ops = make_cpu_vector_ops(*device);
    double dot = 0;
    ops->dots(std::array<const float*, 1>{a.data()}, std::array<const float*, 1>{b.data()}, n,
              {&dot, 1});
    sums.push_back(dot + ops->moments(a.data(), n).deviation);
    CHECK(sums.back() == sums.front());
  }
}

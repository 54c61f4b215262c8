#include "optim/line_search/strong_wolfe.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <utility>

using namespace vggstyle;

namespace {

using Function = std::function<std::pair<double, double>(double)>;

/// Runs a search from every usual first step; the strong Wolfe conditions must hold at its end.
void check(const Function& f, double c1, double c2, int most_trials) {
  const auto [value0, slope0] = f(0);
  for (const double first : {1e-3, 1e-1, 1e1, 1e3}) {
    CAPTURE(first);
    StrongWolfe search(value0, slope0, first,
                       {.c1 = c1, .c2 = c2, .width = 1e-15, .noise_ceiling = -1e300});
    int trials = 0;
    while (!search.done()) {
      const auto [value, slope] = f(search.step());
      search.feed(value, slope);
      ++trials;
    }
    REQUIRE(search.found());
    const double a = search.kept_step();
    const auto [value, slope] = f(a);
    CHECK(value == search.kept_value());
    CHECK(value <= value0 + c1 * a * slope0);
    CHECK(std::fabs(slope) <= c2 * std::fabs(slope0));
    CHECK(trials <= most_trials);
  }
}

/// Functions 4 to 6 of Moré and Thuente 1994.
Function yanai(double beta1, double beta2) {
  return [=](double a) {
    const double g1 = std::sqrt(1 + beta1 * beta1) - beta1,
                 g2 = std::sqrt(1 + beta2 * beta2) - beta2;
    const double r1 = std::sqrt((1 - a) * (1 - a) + beta2 * beta2),
                 r2 = std::sqrt(a * a + beta1 * beta1);
    return std::pair(g1 * r1 + g2 * r2, -g1 * (1 - a) / r1 + g2 * a / r2);
  };
}

}  // namespace

TEST_CASE("Line search: the functions of Moré and Thuente") {
  const double pi = std::acos(-1.0);
  check([](double a) { return std::pair(-a / (a * a + 2), (a * a - 2) / std::pow(a * a + 2, 2)); },
        1e-3, 0.1, 10);
  check(
      [](double a) {
        const double b = a + 0.004;
        return std::pair(std::pow(b, 5) - 2 * std::pow(b, 4),
                         5 * std::pow(b, 4) - 8 * std::pow(b, 3));
      },
      0.1, 0.1, 16);
  check(
      [=](double a) {
        const double beta = 0.01, l = 39;
        const double wave = 2 * (1 - beta) / (l * pi) * std::sin(l * pi / 2 * a);
        const double slope = (1 - beta) * std::cos(l * pi / 2 * a);
        if (a <= 1 - beta) return std::pair(1 - a + wave, -1 + slope);
        if (a >= 1 + beta) return std::pair(a - 1 + wave, 1 + slope);
        return std::pair((a - 1) * (a - 1) / (2 * beta) + beta / 2 + wave, (a - 1) / beta + slope);
      },
      0.1, 0.1, 16);
  check(yanai(1e-3, 1e-3), 1e-3, 1e-3, 10);
  check(yanai(1e-2, 1e-3), 1e-3, 1e-3, 12);
  check(yanai(1e-3, 1e-2), 1e-3, 1e-3, 14);
}

TEST_CASE("Line search: retreats from where the function is not finite") {
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    const auto f = [=](double a) {
      return a > 0.7 ? std::pair(bad, 1.0) : std::pair((a - 0.5) * (a - 0.5), 2 * (a - 0.5));
    };
    StrongWolfe search(0.25, -1, 100, {.noise_ceiling = -1e300});
    while (!search.done()) {
      const auto [value, slope] = f(search.step());
      search.feed(value, slope);
    }
    CHECK(search.found());
    CHECK(search.kept_step() <= 0.7);
    CHECK(search.kept_value() < 0.25);
    CHECK(search.not_finite() >= 1);
  }
}

TEST_CASE("Line search: a rise everywhere ends without a step") {
  StrongWolfe search(0, -1, 1, {.noise_ceiling = -1e300});
  int trials = 0;
  while (!search.done()) {
    CHECK_FALSE(search.feed(1 + search.step(), 1));
    REQUIRE(++trials <= 20);
  }
  CHECK_FALSE(search.found());
}

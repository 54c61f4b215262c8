#include "optim/quiet.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

using namespace vggstyle;

namespace {

/// The evaluation after which a run of those values is quiet, looked at every `step`; 0 if never.
int quiet_after(const std::function<double(int)>& value, int step = 1, int most = 200) {
  QuietWatch watch;
  for (int evaluation = 1; evaluation <= most; evaluation += step) {
    if (watch.is_quiet(evaluation, value(evaluation))) return evaluation;
  }
  return 0;
}

TEST_CASE("quiet: a fall of less than 1 % in 20 evaluations") {
  CHECK(quiet_after([](int) { return 1.0; }) == 21);
  CHECK(quiet_after([](int n) { return std::pow(0.99, n / 20.0 * 0.9); }) == 21);
  CHECK(quiet_after([](int n) { return std::pow(0.99, n / 20.0 * 1.1); }) == 0);
  // Fast at first, then flat.
  const auto settling = [](int n) { return n < 50 ? 100.0 - n : 51.0; };
  CHECK(quiet_after(settling) == 69);
}

TEST_CASE("quiet: steps of several evaluations are compared over at least 20") {
  CHECK(quiet_after([](int) { return 1.0; }, 7) == 22);
  // 0.9 % in 20 evaluations are more than 1 % in 24.
  CHECK(quiet_after([](int n) { return std::pow(0.99, n / 20.0 * 0.9); }, 8) == 0);
}

TEST_CASE("quiet: a rise is no fall, and what was lost is not gained by coming back") {
  // Up at evaluation 30 and down again: the lowest value stays where it was from 10 on.
  const auto bump = [](int n) { return n <= 10 ? 20.0 - n : n <= 30 ? 10.0 + n : 10.0; };
  CHECK(quiet_after(bump) == 30);
  const auto broken = [](int n) { return n == 3 ? std::numeric_limits<double>::quiet_NaN() : 1.0; };
  CHECK(quiet_after(broken) == 21);
}

}  // namespace

#include "tools/report/charts/axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/report/support.h"

using namespace vggstyle;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> result;
  for (const double tick : axis.ticks) result.push_back(axis.label(tick));
  return result;
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("Steps are 1, 2 or 5 times a power of ten") {
  CHECK(round_step(1) == 1);
  CHECK(round_step(1.1) == 2);
  CHECK(round_step(2.1) == 5);
  CHECK(round_step(5.1) == 10);
  CHECK(round_step(0.03) == doctest::Approx(0.05));
  CHECK(round_step(700) == 1000);
}

TEST_CASE("A linear axis begins and ends with a round mark") {
  CHECK(labels(linear_axis({0.1, 4.9}, 6)) == Labels{"0", "1", "2", "3", "4", "5"});
  CHECK(labels(linear_axis({0, 1}, 6)) == Labels{"0", "0.2", "0.4", "0.6", "0.8", "1"});
  CHECK(labels(linear_axis({-3, 7}, 6)) == Labels{"-4", "-2", "0", "2", "4", "6", "8"});
  CHECK(labels(linear_axis({1.2e6, 3e6}, 4)) == Labels{"1e6", "1.5e6", "2e6", "2.5e6", "3e6"});
  CHECK(labels(linear_axis({2e-7, 5e-7}, 3)) == Labels{"2e-7", "3e-7", "4e-7", "5e-7"});
  CHECK(linear_axis({0, 10}, 6).position(5) == doctest::Approx(0.5));
}

TEST_CASE("Marks that are close together and far from 0 are told apart") {
  const Labels close = labels(linear_axis({1234567.1, 1234567.3}, 4));
  CHECK(close.size() >= 3);
  CHECK(std::adjacent_find(close.begin(), close.end()) == close.end());
}

TEST_CASE("A logarithmic axis has decades, and parts of them where it spans few") {
  CHECK(labels(logarithmic_axis({0.0003, 40})) ==
        Labels{"0.0001", "0.001", "0.01", "0.1", "1", "10", "100"});
  CHECK(labels(logarithmic_axis({3, 40})) == Labels{"2", "5", "10", "20", "50"});
  CHECK(labels(logarithmic_axis({10, 100})) == Labels{"10", "20", "50", "100"});
  CHECK(labels(logarithmic_axis({10})) == Labels{"10", "20", "50", "100"});
  CHECK(labels(logarithmic_axis({1e-12, 1e12, 1e6})).size() <= 8);
  CHECK(logarithmic_axis({0.0003, 40}).position(0.1) == doctest::Approx(0.5));
}

TEST_CASE("Whatever the values, an axis holds them between few finite marks") {
  const double kTiny = std::numeric_limits<double>::denorm_min();
  const double kMost = std::numeric_limits<double>::max();
  const std::vector<std::vector<double>> cases = {{},
                                                  {0},
                                                  {5},
                                                  {-5},
                                                  {kNan},
                                                  {kInfinity},
                                                  {1, 1 + 1e-15},
                                                  {1e300, -1e300},
                                                  {kMost, -kMost},
                                                  {kTiny, 2 * kTiny},
                                                  {-1, 0},
                                                  {1e-300, 1e300},
                                                  {9.9999999995},
                                                  {1.0000000005, 10},
                                                  {kNan, 3, -kInfinity, 4}};
  for (const auto& values : cases) {
    for (const bool logarithmic : {false, true}) {
      const Axis axis = logarithmic ? logarithmic_axis(values) : linear_axis(values, 6);
      REQUIRE(axis.ticks.size() >= 2);
      CHECK(axis.ticks.size() <= 10);
      CHECK(std::is_sorted(axis.ticks.begin(), axis.ticks.end()));
      for (const double tick : axis.ticks) {
        CHECK(std::isfinite(axis.position(tick)));
        CHECK(axis.position(tick) >= -1e-6);
        CHECK(axis.position(tick) <= 1 + 1e-6);
      }
      for (const double value : values) {
        if (!can_show(value, logarithmic)) continue;
        CHECK(axis.position(value) >= -1e-6);
        CHECK(axis.position(value) <= 1 + 1e-6);
      }
    }
  }
}

TEST_CASE("What an axis cannot show") {
  CHECK(can_show(-3, false));
  CHECK(can_show(0, false));
  CHECK(!can_show(0, true));
  CHECK(!can_show(-3, true));
  CHECK(can_show(3, true));
  for (const bool logarithmic : {false, true}) {
    CHECK(!can_show(kNan, logarithmic));
    CHECK(!can_show(kInfinity, logarithmic));
    CHECK(!can_show(-kInfinity, logarithmic));
  }
}

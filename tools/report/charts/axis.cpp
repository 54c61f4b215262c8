#include "tools/report/charts/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace vggstyle {
namespace {

constexpr double kLargest = 1e300;  // so that differences and sums stay finite
constexpr double kSmallest = 1e-300;
constexpr double kRounding = 1e-9;  // of what a mark may miss by because of rounding

std::optional<std::pair<double, double>> range(const std::vector<double>& values,
                                               bool logarithmic) {
  std::optional<std::pair<double, double>> result;
  for (const double value : values) {
    if (!can_show(value, logarithmic)) continue;
    if (!result) result.emplace(value, value);
    result->first = std::min(result->first, value);
    result->second = std::max(result->second, value);
  }
  return result;
}

}  // namespace

double Axis::position(double value) const {
  if (logarithmic) return (std::log(value) - std::log(low)) / (std::log(high) - std::log(low));
  return (value - low) / (high - low);
}

bool can_show(double value, bool logarithmic) {
  return logarithmic ? value >= kSmallest && value <= kLargest : std::abs(value) <= kLargest;
}

double round_step(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - kRounding)) return factor * power;
  }
  return 10 * power;
}

Axis linear_axis(const std::vector<double>& values, int most) {
  auto [low, high] = range(values, false).value_or(std::pair(0.0, 1.0));
  const double size = std::max(std::abs(low), std::abs(high));
  if (high - low <= kRounding * size || high - low < kSmallest) {  // one value: in the middle
    const double around = size < kSmallest ? 1 : size / 2;
    low -= around;
    high += around;
  }
  const double step = round_step((high - low) / most);
  const double first = std::floor(low / step + kRounding);
  const double last = std::ceil(high / step - kRounding);
  Axis axis{.low = first * step, .high = last * step};
  // As many digits as it takes to tell marks apart that are close together and far from 0.
  // Clamped before it is an integer: with nothing but 0 it is minus infinity.
  axis.digits = static_cast<int>(std::clamp(std::log10(size / step) + 2, 1.0 * axis.digits, 15.0));
  for (double mark = first; mark <= last; ++mark) {
    axis.ticks.push_back(mark == 0 ? 0.0 : mark * step);  // not -0
  }
  return axis;
}

Axis logarithmic_axis(const std::vector<double>& values) {
  constexpr double kFewDecades = 2, kMostMarks = 7;
  const auto [low, high] = range(values, true).value_or(std::pair(1.0, 10.0));
  double first = std::floor(std::log10(low * (1 + kRounding)));
  double last = std::max(std::ceil(std::log10(high * (1 - kRounding))), first + 1);
  Axis axis{.logarithmic = true};
  if (last - first > kFewDecades) {
    const double step = std::ceil((last - first) / kMostMarks);
    last = first + std::ceil((last - first) / step) * step;
    for (double mark = first; mark <= last; mark += step) axis.ticks.push_back(std::pow(10, mark));
  } else {
    std::vector<double> marks;
    for (double power = first; power < last; ++power) {
      for (const double factor : {1.0, 2.0, 5.0}) marks.push_back(factor * std::pow(10, power));
    }
    marks.push_back(std::pow(10, last));
    // From the last mark that is not above the values to the first that is not below them.
    auto begin = std::upper_bound(marks.begin() + 1, marks.end(), low * (1 + kRounding)) - 1;
    auto end = std::lower_bound(marks.begin(), marks.end() - 1, high * (1 - kRounding)) + 1;
    if (end - begin < 2) {  // one value, on a mark
      begin = marks.begin();
      end = marks.end();
    }
    axis.ticks.assign(begin, end);
  }
  axis.low = axis.ticks.front();
  axis.high = axis.ticks.back();
  return axis;
}

std::string Axis::label(double tick) const {
  std::string text = fmt::format("{:.{}g}", tick, digits);
  // 1e-05, 1e+06: without the plus and the zero.
  if (const std::size_t exponent = text.find('e'); exponent != std::string::npos) {
    if (text[exponent + 1] == '+') text.erase(exponent + 1, 1);
    const std::size_t digits = text[exponent + 1] == '-' ? exponent + 2 : exponent + 1;
    if (text[digits] == '0') text.erase(digits, 1);
  }
  return text;
}

}  // namespace vggstyle

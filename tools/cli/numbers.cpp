#include "tools/cli/numbers.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "runtime/error.h"

namespace vggstyle {

double parse_number(std::string_view option, std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw InputError(fmt::format("{}: '{}' is not a number", option, text));
  }
  return value;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(separator, start), text.size());
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::vector<double> parse_numbers(std::string_view option, std::string_view text) {
  std::vector<double> numbers;
  for (const std::string& part : split(text, ',')) numbers.push_back(parse_number(option, part));
  return numbers;
}

void check_weight(std::string_view option, double value) {
  if (!std::isfinite(value) || value < 0) {
    throw InputError(
        fmt::format("{}: a weight must be 0 or a number above it, not {}", option, value));
  }
}

void check_range(std::string_view option, long long value, long long low, long long high) {
  if (value < low || value > high) {
    throw InputError(fmt::format("{} must be from {} to {}, not {}", option, low, high, value));
  }
}

}  // namespace vggstyle

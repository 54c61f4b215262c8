#include "tools/session/settings/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "tools/session/settings/check.h"

namespace vggstyle {

double parse_number(std::string_view setting, std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw SettingError(setting, fmt::format(": '{}' is not a number", text));
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

std::vector<double> parse_numbers(std::string_view setting, std::string_view text) {
  std::vector<double> numbers;
  for (const std::string& part : split(text, ',')) numbers.push_back(parse_number(setting, part));
  return numbers;
}

}  // namespace vggstyle

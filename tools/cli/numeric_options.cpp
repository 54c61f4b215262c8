#include "tools/cli/numeric_options.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace vggstyle {
namespace {

/// `text` as CLI11 reads it right, or why it is no number of type T. `text` may begin with '+'.
template <typename T>
std::string normalize(std::string& text, const char* what) {
  const char* begin = text.data() + (text.size() > 1 && text[0] == '+' && text[1] != '-' ? 1 : 0);
  const char* end = text.data() + text.size();
  T value{};
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error == std::errc::result_out_of_range && stop == end) {
    return fmt::format("'{}' is too large", text);
  }
  bool good = error == std::errc() && stop == end;
  if constexpr (std::is_floating_point_v<T>) good = good && std::isfinite(value);
  if (!good) return fmt::format("'{}' is not {}", text, what);
  text = fmt::format("{}", value);
  return "";
}

std::string normalize_as(const std::string& type, std::string& text) {
  if (type == "INT") return normalize<std::int64_t>(text, "a whole number");
  if (type == "UINT") return normalize<std::uint64_t>(text, "a whole number of 0 or more");
  return normalize<double>(text, "a number");
}

}  // namespace

void read_numbers_as_written(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name();
    if (type != "INT" && type != "UINT" && type != "FLOAT") continue;
    option->transform(
        CLI::Validator([type](std::string& text) { return normalize_as(type, text); }, ""));
  }
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    read_numbers_as_written(*command);
  }
}

}  // namespace vggstyle

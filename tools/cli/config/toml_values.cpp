#include "tools/cli/config/toml_values.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace vggstyle {
namespace {

std::optional<std::string> text_of(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto number = node.value_exact<double>()) return fmt::format("{}", *number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  return std::nullopt;
}

}  // namespace

std::vector<std::string> typed_values(const toml::node& node) {
  std::vector<std::string> values;
  const auto add = [&values](const toml::node& one) {
    const std::optional<std::string> text = text_of(one);
    if (text) values.push_back(*text);
    return text.has_value();
  };
  const toml::array* list = node.as_array();
  if (list == nullptr) {
    add(node);
    return values;
  }
  for (const toml::node& element : *list) {
    if (!add(element)) return {};
  }
  return values;
}

}  // namespace vggstyle

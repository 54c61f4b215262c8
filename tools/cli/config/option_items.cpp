#include "tools/cli/config/option_items.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "tools/cli/config/idle_options.h"

namespace vggstyle {
namespace {

/// -o, not --output.
bool is_short(const std::string& option) {
  return option.size() == 2;
}

/// Whether `argument` is `option`, or `option` with a value behind = or, as in -oNAME, at once.
bool is_option(const std::string& argument, const std::string& option) {
  return argument == option || argument.starts_with(is_short(option) ? option : option + "=");
}

auto end_of_options(const std::vector<std::string>& arguments) {
  return std::ranges::find(arguments, "--");
}

}  // namespace

bool is_given(const std::vector<std::string>& arguments, const std::string& option) {
  return std::any_of(arguments.begin(), end_of_options(arguments),
                     [&](const std::string& word) { return is_option(word, option); });
}

std::optional<std::string> value_of(const std::vector<std::string>& arguments,
                                    const std::string& option) {
  const auto end = end_of_options(arguments);
  const auto at = std::find_if(arguments.begin(), end,
                               [&](const std::string& word) { return is_option(word, option); });
  if (at == end) return std::nullopt;
  if (*at != option) return at->substr(option.size() + (is_short(option) ? 0 : 1));
  return at + 1 == end ? std::nullopt : std::optional(*(at + 1));
}

std::optional<std::string> given_value(const CLI::App& command, const std::string& option,
                                       const std::vector<std::string>& arguments) {
  std::vector<std::string> names = {option};
  const CLI::Option* known = command.get_option_no_throw(option);
  if (known != nullptr) {
    for (const std::string& name : known->get_snames()) names.push_back("-" + name);
  }
  for (const std::string& name : names) {
    if (!is_given(arguments, name)) continue;
    const bool is_flag = known != nullptr && known->get_items_expected_max() == 0;
    if (is_flag && std::ranges::find(arguments, name) != arguments.end()) return "true";
    return value_of(arguments, name).value_or("");
  }
  return std::nullopt;
}

void add_items(const CLI::App& command, const std::vector<OptionItem>& items, bool all,
               std::vector<std::string>& arguments) {
  std::vector<std::string> added;
  for (const auto& [name, values] : items) {
    const CLI::Option* option = command.get_option_no_throw(name);
    if (given_value(command, name, arguments) || (option == nullptr && !all)) continue;
    if (option != nullptr && std::ranges::any_of(option->get_excludes(), [&](const auto* other) {
          return is_given(arguments, other->get_name());
        })) {
      continue;  // another name for it was typed
    }
    if (is_idle(command, {name, values}, items, arguments)) continue;
    for (const std::string& value : values) {
      added.push_back(value.empty() ? name : name + "=" + value);
      if (value.empty()) added.push_back(value);
    }
  }
  arguments.insert(arguments.begin() + 1, added.begin(), added.end());
}

}  // namespace vggstyle

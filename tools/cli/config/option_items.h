#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace vggstyle {

/// An option as it is typed, "--size", and its value for each time that it is given.
struct OptionItem {
  std::string option;
  std::vector<std::string> values;
};

/// Whether `arguments` have an option; behind -- there are none.
bool is_given(const std::vector<std::string>& arguments, const std::string& option);
/// What it was given, if it was.
std::optional<std::string> value_of(const std::vector<std::string>& arguments,
                                    const std::string& option);

/// The same of an option of `command` under any of its names; of a flag "true". Empty if the value is missing.
std::optional<std::string> given_value(const CLI::App& command, const std::string& option,
                                       const std::vector<std::string>& arguments);

/// Adds to `arguments` (the command's name first) what they do not give yet, by this name or one that
/// excludes it, and what they leave a use (idle_options.h). What `command` does not have is added with `all`,
/// for the parser to refuse, and else left out.
void add_items(const CLI::App& command, const std::vector<OptionItem>& items, bool all,
               std::vector<std::string>& arguments);

}  // namespace vggstyle

#pragma once

#include <toml++/toml.h>
#include <string>
#include <vector>

namespace vggstyle {

/// The value of an option in a TOML file as it would be typed, for each time that it is given: of a list once for
/// each element. Empty for what no option has: a table, a date, an empty list.
std::vector<std::string> typed_values(const toml::node& node);

}  // namespace vggstyle

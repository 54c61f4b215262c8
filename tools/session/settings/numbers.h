#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vggstyle {

/// The number that is all of `text`; SettingError otherwise.
double parse_number(std::string_view setting, std::string_view text);
/// "1,2.5,3".
std::vector<double> parse_numbers(std::string_view setting, std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace vggstyle

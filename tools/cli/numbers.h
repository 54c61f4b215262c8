#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vggstyle {

/// The number that is all of `text`; InputError, naming `option`, otherwise.
double parse_number(std::string_view option, std::string_view text);
/// "1,2.5,3".
std::vector<double> parse_numbers(std::string_view option, std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);

/// InputError, naming `option`, unless `value` is finite and at least 0.
void check_weight(std::string_view option, double value);
/// InputError, naming `option`, unless low <= value <= high.
void check_range(std::string_view option, long long value, long long low, long long high);

}  // namespace vggstyle

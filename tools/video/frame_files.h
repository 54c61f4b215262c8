#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// The pictures in a folder in natural order: numbers in names by their value, so that frame 10 comes after frame 9.
/// InputError if there is no such folder, or none in it.
std::vector<std::string> frame_files(const std::string& folder);

/// Whether `a` comes before `b` in natural order.
bool comes_before(const std::string& a, const std::string& b);

}  // namespace vggstyle

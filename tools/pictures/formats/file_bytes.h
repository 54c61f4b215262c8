#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vggstyle {

/// A whole file; pipes such as /dev/stdin work as well. InputError if there is none, it cannot be
/// opened or read, it is a folder, or above 1 GiB, which no picture that can be read needs.
std::vector<std::uint8_t> read_file_bytes(const std::string& path);

}  // namespace vggstyle

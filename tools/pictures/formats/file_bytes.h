#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vggstyle {

/// A whole file; "-" is standard input, once; pipes such as /dev/stdin work as well. InputError if there is none, it cannot be
/// opened or read, it is a folder or a terminal, or larger than `max_bytes`.
std::vector<std::uint8_t> read_file_bytes(const std::string& path, std::size_t max_bytes);

}  // namespace vggstyle

#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace vggstyle {

bool is_png(std::span<const std::uint8_t> bytes);
bool is_jpeg(std::span<const std::uint8_t> bytes);

/// What bytes that are neither seem to be, for an error message: "a WebP picture", "a text file",
/// "something unknown".
std::string describe_content(std::span<const std::uint8_t> bytes);

}  // namespace vggstyle

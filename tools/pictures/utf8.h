#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace vggstyle {

/// A character of a text and where it ends in it.
struct CodePoint {
  char32_t value = 0;
  std::size_t end = 0;  ///< index of the first byte after it
};

/// What UTF-8 text says. A malformed sequence becomes one U+FFFD, as the Unicode standard advises:
/// its longest beginning that could have become a character is taken as one.
std::vector<CodePoint> decode_utf8(std::string_view text);

}  // namespace vggstyle

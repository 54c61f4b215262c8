#pragma once

#include <string>
#include <string_view>

namespace vggstyle {

/// Plain UTF-8 text as it stands in HTML, SVG and their attributes. What these cannot hold (control
/// characters, malformed sequences) becomes U+FFFD.
std::string escaped(std::string_view text);

}  // namespace vggstyle

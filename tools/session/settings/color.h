#pragma once

#include <string>
#include <string_view>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// "white", "black" or "#rrggbb"; SettingError otherwise.
Rgb parse_color(std::string_view setting, const std::string& text);
/// The text that parse_color() reads.
std::string color_text(const Rgb& color);

}  // namespace vggstyle

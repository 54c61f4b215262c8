#include "tools/session/settings/color.h"

#include <fmt/format.h>

#include <charconv>

#include "tools/session/settings/check.h"

namespace vggstyle {

Rgb parse_color(std::string_view setting, const std::string& text) {
  if (text == "white") return kWhite;
  if (text == "black") return {0, 0, 0};
  unsigned value = 0;
  const char* end = text.data() + text.size();
  if (text.size() == 7 && text.front() == '#') {
    const auto [stop, error] = std::from_chars(text.data() + 1, end, value, 16);
    if (error == std::errc() && stop == end) {
      const auto channel = [value](int shift) {
        return static_cast<float>((value >> shift) & 0xFFU);
      };
      return {channel(16), channel(8), channel(0)};
    }
  }
  throw SettingError(setting,
                     fmt::format(": '{}' is not a colour; use white, black or #rrggbb", text));
}

std::string color_text(const Rgb& color) {
  const auto byte = [](float value) { return static_cast<int>(value); };
  const std::string text =
      fmt::format("#{:02x}{:02x}{:02x}", byte(color.r), byte(color.g), byte(color.b));
  return text == "#ffffff" ? "white" : text == "#000000" ? "black" : text;
}

}  // namespace vggstyle

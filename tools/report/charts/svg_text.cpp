#include "tools/report/charts/svg_text.h"

#include <fmt/format.h>

#include <vector>

#include "tools/pictures/utf8.h"
#include "tools/report/markup.h"

namespace vggstyle {
namespace {

const char* name(Anchor anchor) {
  return anchor == Anchor::kStart ? "start" : anchor == Anchor::kMiddle ? "middle" : "end";
}

}  // namespace

double EstimatedFont::width(std::string_view text) const {
  constexpr double kNormal = 0.62, kBold = 0.7;  // of the em square, a character
  return static_cast<double>(decode_utf8(text).size()) * size * (bold ? kBold : kNormal);
}

std::string EstimatedFont::shortened(std::string_view text, double width) const {
  if (this->width(text) <= width) return std::string(text);
  const std::vector<CodePoint> points = decode_utf8(text);
  const auto fits = static_cast<std::size_t>(width / this->width("x"));
  if (fits == 0) return "";
  return std::string(text.substr(0, fits == 1 ? 0 : points[fits - 2].end)) + "\u2026";
}

std::string svg(const SvgText& text) {
  std::string result =
      fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{}\"",
                  text.x, text.y, text.font.size, text.color, name(text.anchor));
  if (text.font.bold) result += " font-weight=\"bold\"";
  if (text.slant != 0) {
    result += fmt::format(" transform=\"rotate({} {:.2f} {:.2f})\"", text.slant, text.x, text.y);
  }
  result += '>' + escaped(text.text);
  if (!text.full.empty() && text.full != text.text) {
    result += "<title>" + escaped(text.full) + "</title>";
  }
  return result + "</text>\n";
}

std::string svg_chart(double width, double height, std::string_view title, std::string_view body) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" "
      "aria-label=\"{}\" font-family=\"system-ui, sans-serif\">\n{}</svg>\n",
      width, height, escaped(title), body);
}

}  // namespace vggstyle

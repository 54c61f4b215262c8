#pragma once

#include <string>
#include <string_view>

namespace vggstyle {

/// How wide text will be in a font that the reader's machine chooses: of the common ones, the
/// widest (Verdana, DejaVu Sans) decide.
struct EstimatedFont {
  double size = 13;
  bool bold = false;

  double width(std::string_view text) const;
  std::string shortened(std::string_view text, double width) const;
};

enum class Anchor { kStart, kMiddle, kEnd };

/// A line of text as an SVG element, its baseline at (x, y). Where `full` says more than `text`,
/// the reader sees it on pointing there. `slant`: degrees, clockwise, about (x, y).
struct SvgText {
  double x = 0, y = 0;
  std::string text;
  Anchor anchor = Anchor::kStart;
  EstimatedFont font;
  std::string color = "#333";
  double slant = 0;
  std::string full = {};
};
std::string svg(const SvgText& text);

/// The element that holds a chart: `width` x `height` units.
std::string svg_chart(double width, double height, std::string_view title, std::string_view body);

}  // namespace vggstyle

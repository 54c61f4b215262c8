#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// A font of this machine (DejaVu Sans where it is there, else what fontconfig gives), at one size,
/// drawn by FreeType.
class Font {
 public:
  /// `size`: of the em square, in pixels, at least 4. InputError if this machine has no font that
  /// can be scaled; it names a package that brings one.
  explicit Font(double size, bool bold = false);
  ~Font();
  Font(const Font&) = delete;
  Font& operator=(const Font&) = delete;

  /// From one line's baseline to the next, above and below the baseline, in pixels.
  double line_height() const;
  double ascent() const;
  double descent() const;

  /// Width of a line of UTF-8 text in pixels.
  double width(std::string_view text) const;
  /// `text`, or as much of it as fits into `width` pixels with an ellipsis.
  std::string shortened(std::string_view text, double width) const;
  /// Draws a line of UTF-8 text, its baseline beginning at (x, y); what lies outside of the picture
  /// is cut off.
  void draw(Picture& picture, double x, double y, std::string_view text, Rgb color) const;

 private:
  struct Face;
  std::unique_ptr<Face> face_;
};

}  // namespace vggstyle

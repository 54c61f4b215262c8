#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// A table: the first column is text, the others are numbers and stand to the right.
struct Table {
  std::string caption;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// A picture with what stands under it.
struct Figure {
  std::string label;    ///< in bold: a layer, a setting
  std::string caption;  ///< a line or two; may be empty
  Picture picture;
  /// Small pictures (the 2x2 and 4x4 ones of `toy`) are shown with each pixel as a square.
  bool pixelated = false;
  std::string link =
      {};  ///< a file beside the page that the picture leads to, by its path; may be empty
};

/// A page that is one file: pictures are inside it, and it opens from disk, on a phone and in
/// print. Text is plain: what has a meaning in HTML is escaped. Parts appear in the order in which
/// they are added.
class Document {
 public:
  explicit Document(std::string title);

  void heading(std::string_view text);
  void paragraph(std::string_view text);
  /// As it stands, in a font of fixed width: a command, algebra.
  void preformatted(std::string_view text);
  void table(const Table& table);
  /// An element that tools/report/charts/chart.h made.
  void chart(std::string_view svg);
  /// Side by side, as many to a line as fit.
  void figures(const std::vector<Figure>& figures);

  /// The whole page.
  std::string html() const;

 private:
  std::string title_;
  std::string body_;
};

}  // namespace vggstyle

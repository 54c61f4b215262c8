#pragma once

#include <string>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// One picture of a contact sheet.
struct SheetCell {
  Picture picture;
  std::string caption;  ///< one line under it, cut off where it does not fit; may be empty
};

struct SheetRow {
  std::string label;  ///< to the left; may be empty
  std::vector<SheetCell> cells;
};

/// A contact sheet: rows of pictures under common headings.
struct Sheet {
  std::string title;
  std::vector<std::string> columns;  ///< headings; may be empty
  std::vector<SheetRow> rows;        ///< of any lengths
  /// Longest side of every cell: larger pictures are shrunk to it, smaller ones enlarged by whole
  /// factors, pixel by pixel.
  int cell = 160;
};

/// The sheet as one picture, dark text on white, in a font of this machine.
/// InputError if there is none (tools/pictures/text.h).
Picture draw_sheet(const Sheet& sheet);

/// Cells in as many rows as it takes, `columns` to each.
std::vector<SheetRow> wrapped(std::vector<SheetCell> cells, int columns);

}  // namespace vggstyle

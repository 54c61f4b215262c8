#include "tools/report/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "tools/pictures/resize.h"
#include "tools/pictures/text.h"
#include "tools/report/charts/text_lines.h"

namespace vggstyle {
namespace {

constexpr int kMargin = 24, kGap = 14, kHeadingGap = 6, kCaptionGap = 3;
constexpr int kWidestLabel = 180;  // then labels are broken into lines
constexpr int kLeastColumn = 120;  // what texts above and below small pictures may take
constexpr std::size_t kTitleLines = 3, kHeadingLines = 3, kLabelLines = 6;
constexpr Rgb kDark{26, 26, 26}, kFrame{204, 204, 204};

int rounded_up(double length) {
  return static_cast<int>(std::ceil(length));
}

struct Fonts {
  Font title{20, true};
  Font heading{13, true};
  Font label{13, false};
  Font caption{12, false};
};

int height_of(std::size_t lines, const Font& font) {
  return rounded_up(static_cast<double>(lines) * font.line_height());
}

Picture enlarged(const Picture& picture, int factor) {
  Picture result = Picture::black(picture.width * factor, picture.height * factor);
  for (int c = 0; c < 3; ++c) {
    float* out = result.plane(c);
    for (int y = 0; y < result.height; ++y) {
      for (int x = 0; x < result.width; ++x) {
        *out++ = picture.plane(c)[y / factor * picture.width + x / factor];
      }
    }
  }
  return result;
}

Picture fitted(const Picture& picture, int cell) {
  const int longest = std::max(picture.width, picture.height);
  if (longest < 1) throw InternalError("a contact sheet was given an empty picture");
  if (longest <= cell) return enlarged(picture, cell / longest);
  const auto [width, height] = fit_longest_side(picture.width, picture.height, cell);
  return resize(picture, width, height);
}

void fill(Picture& picture, int left, int top, int width, int height, Rgb color) {
  const float values[] = {color.r, color.g, color.b};
  for (int c = 0; c < 3; ++c) {
    for (int y = top; y < top + height; ++y) {
      std::fill_n(picture.plane(c) + y * picture.width + left, width, values[c]);
    }
  }
}

void paste(Picture& sheet, const Picture& picture, int left, int top) {
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < picture.height; ++y) {
      std::copy_n(picture.plane(c) + y * picture.width, picture.width,
                  sheet.plane(c) + (top + y) * sheet.width + left);
    }
  }
}

/// Draws lines of text, the first one's top at `top`.
void draw_lines(Picture& sheet, const Font& font, int left, int top,
                const std::vector<std::string>& lines) {
  double baseline = std::round(top + font.ascent());
  for (const std::string& line : lines) {
    font.draw(sheet, left, baseline, line, kDark);
    baseline += font.line_height();
  }
}

/// Where everything goes.
class Layout {
 public:
  explicit Layout(const Sheet& sheet) : sheet_(sheet) {
    if (sheet.cell < 1)
      throw InternalError(fmt::format("a contact sheet has cells of {}", sheet.cell));
    lay_out_columns();
    lay_out_rows();
  }

  Picture draw() const {
    Picture picture = Picture::black(width_, height_);
    fill(picture, 0, 0, width_, height_, kWhite);
    draw_lines(picture, fonts_.title, kMargin, kMargin, title_);
    for (std::size_t i = 0; i < headings_.size(); ++i) {  // down to the pictures
      draw_lines(picture, fonts_.heading, columns_[i].left,
                 headings_bottom_ - height_of(headings_[i].size(), fonts_.heading), headings_[i]);
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) draw_row(picture, rows_[i], sheet_.rows[i]);
    return picture;
  }

 private:
  struct Column {
    int left = 0, width = 0;
  };
  struct Row {
    std::vector<Picture> pictures;
    std::vector<std::string> label;
    int top = 0, height = 0;  // of the pictures
    bool captions = false;
  };

  void lay_out_columns() {
    const int widest_text = std::max(sheet_.cell, kLeastColumn);
    columns_.resize(sheet_.columns.size());
    const auto widen = [&](std::size_t column, int width) {
      columns_[column].width = std::max(columns_[column].width, width);
    };
    const auto widen_for = [&](std::size_t column, const std::string& text, const Font& font) {
      widen(column, std::min(rounded_up(font.width(text)), widest_text));
    };
    double label = 0;
    for (const SheetRow& row : sheet_.rows) {
      label = std::max(label, fonts_.label.width(row.label));
      columns_.resize(std::max(columns_.size(), row.cells.size()));
      rows_.emplace_back();
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        rows_.back().pictures.push_back(fitted(row.cells[i].picture, sheet_.cell));
        widen(i, rows_.back().pictures.back().width);
        widen_for(i, row.cells[i].caption, fonts_.caption);
      }
    }
    for (std::size_t i = 0; i < sheet_.columns.size(); ++i) {
      widen_for(i, sheet_.columns[i], fonts_.heading);
    }
    label_width_ = std::min(rounded_up(label), kWidestLabel);
    int left = kMargin + (label_width_ > 0 ? label_width_ + kGap : 0);
    for (Column& column : columns_) {
      column.left = left;
      left += column.width + kGap;
    }
    constexpr int kLeastWidth = 320;  // for the title
    width_ = std::max(left - kGap + kMargin, kLeastWidth);
  }

  void lay_out_rows() {
    title_ = lines_of(sheet_.title, width_ - 2 * kMargin, kTitleLines, fonts_.title);
    int top = kMargin;
    if (!title_.empty()) top += height_of(title_.size(), fonts_.title) + kGap;
    std::size_t lines = 0;
    for (std::size_t i = 0; i < sheet_.columns.size(); ++i) {
      headings_.push_back(
          lines_of(sheet_.columns[i], columns_[i].width, kHeadingLines, fonts_.heading));
      lines = std::max(lines, headings_.back().size());
    }
    headings_bottom_ = top + height_of(lines, fonts_.heading);
    if (lines > 0) top = headings_bottom_ + kHeadingGap;
    height_ = headings_bottom_ + kMargin;

    for (std::size_t i = 0; i < rows_.size(); ++i) {
      Row& row = rows_[i];
      row.top = top;
      row.label = lines_of(sheet_.rows[i].label, label_width_, kLabelLines, fonts_.label);
      row.height = height_of(row.label.size(), fonts_.label);
      for (const Picture& picture : row.pictures) row.height = std::max(row.height, picture.height);
      top += row.height;
      const auto& cells = sheet_.rows[i].cells;
      row.captions = std::any_of(cells.begin(), cells.end(),
                                 [](const SheetCell& cell) { return !cell.caption.empty(); });
      if (row.captions) top += kCaptionGap + height_of(1, fonts_.caption);
      height_ = top + kMargin;
      top += kGap;
    }
  }

  void draw_row(Picture& sheet, const Row& row, const SheetRow& source) const {
    draw_lines(sheet, fonts_.label, kMargin, row.top, row.label);
    for (std::size_t i = 0; i < row.pictures.size(); ++i) {
      const Picture& picture = row.pictures[i];
      const Column& column = columns_[i];
      // A thin frame tells a light picture from the paper.
      fill(sheet, column.left - 1, row.top - 1, picture.width + 2, picture.height + 2, kFrame);
      paste(sheet, picture, column.left, row.top);
      const std::string caption = fonts_.caption.shortened(source.cells[i].caption, column.width);
      draw_lines(sheet, fonts_.caption, column.left, row.top + picture.height + kCaptionGap,
                 {caption});
    }
  }

  const Sheet& sheet_;
  const Fonts fonts_;
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  std::vector<std::string> title_;
  std::vector<std::vector<std::string>> headings_;
  int label_width_ = 0, headings_bottom_ = 0;
  int width_ = 0, height_ = 0;
};

}  // namespace

Picture draw_sheet(const Sheet& sheet) {
  return Layout(sheet).draw();
}

std::vector<SheetRow> wrapped(std::vector<SheetCell> cells, int columns) {
  if (columns < 1) throw InternalError(fmt::format("cells are wrapped into {} columns", columns));
  std::vector<SheetRow> rows;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i % static_cast<std::size_t>(columns) == 0) rows.emplace_back();
    rows.back().cells.push_back(std::move(cells[i]));
  }
  return rows;
}

}  // namespace vggstyle

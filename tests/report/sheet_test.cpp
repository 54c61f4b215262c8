#include "tools/report/sheet.h"

#include <algorithm>
#include <optional>

#include "tests/report/support.h"
#include "tools/pictures/text.h"
#include "tools/report/charts/text_lines.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

constexpr Rgb kRed{255, 0, 0}, kGreen{0, 255, 0}, kBlue{0, 0, 255};

struct Region {
  int left = 0, top = 0, right = 0, bottom = 0;  // the last ones inside
  int width() const { return right - left + 1; }
  int height() const { return bottom - top + 1; }
};

/// The smallest rectangle around all pixels of a colour.
std::optional<Region> find(const Picture& picture, Rgb color) {
  std::optional<Region> region;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      if (!same(color_at(picture, x, y), color)) continue;
      if (!region) region = Region{x, y, x, y};
      region->left = std::min(region->left, x);
      region->right = std::max(region->right, x);
      region->bottom = y;
    }
  }
  return region;
}

/// The same, all of that colour.
Region found(const Picture& picture, Rgb color) {
  const std::optional<Region> region = find(picture, color);
  REQUIRE(region);
  bool solid = true;
  for (int y = region->top; y <= region->bottom; ++y) {
    for (int x = region->left; x <= region->right; ++x) {
      solid = solid && same(color_at(picture, x, y), color);
    }
  }
  REQUIRE(solid);
  return *region;
}

bool is_white(const Picture& picture, const Region& region) {
  for (int y = region.top; y <= region.bottom; ++y) {
    for (int x = region.left; x <= region.right; ++x) {
      if (!same(color_at(picture, x, y), kWhite)) return false;
    }
  }
  return true;
}

SheetCell cell(Rgb color, int width, int height, std::string caption = "") {
  return {solid(width, height, color), std::move(caption)};
}

Sheet sheet_of(std::vector<SheetRow> rows) {
  Sheet sheet;
  sheet.rows = std::move(rows);
  return sheet;
}

}  // namespace

TEST_CASE("Cells stand in rows and columns, at their size") {
  Sheet sheet =
      sheet_of({{"", {cell(kRed, 40, 20), cell(kGreen, 80, 160)}}, {"", {cell(kBlue, 320, 160)}}});
  const Picture picture = draw_sheet(sheet);
  const Region red = found(picture, kRed), green = found(picture, kGreen);
  const Region blue = found(picture, kBlue);
  CHECK(red.width() == 160);  // four times
  CHECK(red.height() == 80);
  CHECK(green.width() == 80);
  CHECK(green.height() == 160);
  CHECK(blue.width() == 160);  // shrunk
  CHECK(blue.height() == 80);
  CHECK(red.top == green.top);
  CHECK(red.left == blue.left);
  CHECK(green.left > red.right);
  CHECK(blue.top > green.bottom);
  // Margins all around, and nothing wasted.
  CHECK(red.left >= 16);
  CHECK(red.left <= 32);
  CHECK(picture.height - blue.bottom <= 32);
}

TEST_CASE("A sheet grows with its rows and columns") {
  const SheetRow one{"", {cell(kRed, 160, 160)}};
  const SheetRow three{"", {cell(kRed, 160, 160), cell(kRed, 160, 160), cell(kRed, 160, 160)}};
  const Picture a = draw_sheet(sheet_of({three})), b = draw_sheet(sheet_of({three, one}));
  CHECK(b.width == a.width);
  CHECK(b.height >= a.height + 160);
  CHECK(b.height <= a.height + 190);
  Sheet smaller = sheet_of({three, one});
  smaller.cell = 120;
  CHECK(draw_sheet(smaller).width == a.width - 3 * 40);
}

TEST_CASE("Small pictures are enlarged by whole factors, pixel by pixel") {
  Picture toy = Picture::black(3, 2);
  for (std::size_t i = 0; i < toy.rgb.size(); ++i) toy.rgb[i] = static_cast<float>(10 * i + 20);
  Sheet sheet = sheet_of({{"", {{toy, ""}}}});
  sheet.cell = 100;  // 33 times
  const Picture picture = draw_sheet(sheet);
  const std::optional<Region> corner = find(picture, color_at(toy, 0, 0));
  REQUIRE(corner);
  for (int y = 0; y < 2 * 33; ++y) {
    for (int x = 0; x < 3 * 33; ++x) {
      REQUIRE(same(color_at(picture, corner->left + x, corner->top + y),
                   color_at(toy, x / 33, y / 33)));
    }
  }
  CHECK(!same(color_at(picture, corner->left + 99, corner->top), color_at(toy, 2, 0)));
}

TEST_CASE("Title, headings, labels and captions stand around the pictures, not over them") {
  Sheet sheet = sheet_of({{"a label that is broken into lines because it is long",
                           {cell(kRed, 160, 160, "one"), cell(kGreen, 160, 160, "two")}},
                          {"b", {cell(kBlue, 160, 160)}}});
  const Region bare = found(draw_sheet(sheet), kRed);
  sheet.title = "Title";
  sheet.columns = {"first", "second, with more to say than fits into one line"};
  const Picture picture = draw_sheet(sheet);
  const Region red = found(picture, kRed), green = found(picture, kGreen);
  const Region blue = found(picture, kBlue);
  CHECK(red.top > bare.top + 40);
  const int first = red.left - 2, above = red.top - 2;
  CHECK(!is_white(picture, {0, 0, picture.width - 1, above}));                         // headings
  CHECK(!is_white(picture, {0, red.top, first, red.bottom}));                          // label
  CHECK(!is_white(picture, {0, blue.top, first, blue.bottom}));                        // label
  CHECK(!is_white(picture, {red.left, red.bottom + 2, red.right, blue.top - 2}));      // caption
  CHECK(!is_white(picture, {green.left, red.bottom + 2, green.right, blue.top - 2}));  // caption
  // Nothing between the columns, nor below a row without captions.
  CHECK(is_white(picture, {red.right + 2, red.top, green.left - 2, red.bottom}));
  CHECK(is_white(picture, {red.right + 2, red.bottom + 2, green.left - 2, blue.top - 2}));
  CHECK(is_white(picture, {0, blue.bottom + 2, picture.width - 1, picture.height - 1}));
}

TEST_CASE("Texts that do not fit make no sheet wider than they may") {
  const std::string endless(1000, 'w');
  Sheet sheet = sheet_of({{endless, {cell(kRed, 160, 160, endless), cell(kGreen, 160, 160)}}});
  sheet.title = sheet.title + endless;
  sheet.columns = {endless, endless};
  const Picture picture = draw_sheet(sheet);
  CHECK(picture.width < 650);
  CHECK(picture.height < 350);
  const Region red = found(picture, kRed), green = found(picture, kGreen);
  CHECK(is_white(picture, {red.right + 2, 60, green.left - 2, picture.height - 1}));
  CHECK(is_white(picture, {picture.width - 16, 0, picture.width - 1, picture.height - 1}));
}

TEST_CASE("Light pictures are told from the paper by a frame") {
  const Picture picture = draw_sheet(sheet_of({{"", {cell(kWhite, 160, 160)}}}));
  CHECK(!is_white(picture, {0, 0, picture.width - 1, picture.height - 1}));
}

TEST_CASE("Sheets of little are sheets, what has no size is an error of ours") {
  Sheet empty;
  CHECK(draw_sheet(empty).pixels() > 0);
  empty.title = "nothing";
  empty.columns = {"a", "b"};
  const Picture picture = draw_sheet(empty);
  CHECK(!is_white(picture, {0, 0, picture.width - 1, picture.height - 1}));
  CHECK_THROWS_AS(draw_sheet(sheet_of({{"", {SheetCell{}}}})), InternalError);
  Sheet none = sheet_of({{"", {cell(kRed, 2, 2)}}});
  none.cell = 0;
  CHECK_THROWS_AS(draw_sheet(none), InternalError);
}

TEST_CASE("Cells are wrapped into rows in their order") {
  std::vector<SheetCell> cells;
  for (int i = 0; i < 7; ++i) cells.push_back(cell(kRed, 1, 1, std::to_string(i)));
  const std::vector<SheetRow> rows = wrapped(cells, 3);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].cells.size() == 3);
  CHECK(rows[2].cells.size() == 1);
  CHECK(rows[1].cells[1].caption == "4");
  CHECK(rows[2].cells[0].caption == "6");
  CHECK(wrapped({}, 3).empty());
  CHECK_THROWS_AS(wrapped(cells, 0), InternalError);
}

TEST_CASE("Text is broken between words into as many lines as there may be") {
  const Font font(13);
  const double width = font.width("one two three");
  using Lines = std::vector<std::string>;
  CHECK(lines_of("one two three", width, 3, font) == Lines{"one two three"});
  CHECK(lines_of("  one two three  four\nfive ", width, 3, font) ==
        Lines{"one two three", "four five"});
  CHECK(lines_of("", width, 3, font).empty());
  CHECK(lines_of(" \n", width, 3, font).empty());
  const Lines cut = lines_of("one two three four five six seven eight", width, 2, font);
  REQUIRE(cut.size() == 2);
  CHECK(cut[0] == "one two three");
  CHECK(cut[1].ends_with("\u2026"));
  CHECK(font.width(cut[1]) <= width);
}

#include "tools/pictures/text.h"

#include <fmt/format.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "runtime/error.h"
#include "tools/pictures/font_file.h"
#include "tools/pictures/utf8.h"

namespace vggstyle {
namespace {

constexpr double kUnits = 64;           // FreeType counts in 64ths of a pixel,
constexpr double kLinearUnits = 65536;  // but in this for advances without hinting
constexpr std::string_view kEllipsis = "\u2026";

void check(FT_Error error, std::string_view what) {
  if (error == 0) return;
  throw InternalError(fmt::format("FreeType could not {} (error {})", what, error));
}

struct Destroy {
  void operator()(FT_Library library) const { FT_Done_FreeType(library); }
  void operator()(FT_Face face) const { FT_Done_Face(face); }
};
template <typename Handle>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Destroy>;

/// A tab or a line break has no form of its own in a line of text.
char32_t visible(char32_t character) {
  return character < U' ' || character == 0x7F ? U' ' : character;
}

void blend(float& value, float color, float coverage) {
  value += (color - value) * coverage;
}

/// Lays a bitmap of coverages over the picture, its corner at (left, top).
void lay(Picture& picture, const FT_Bitmap& bitmap, long left, long top, Rgb color) {
  const long first_x = std::max(0L, -left);
  const long last_x = std::min(static_cast<long>(bitmap.width), picture.width - left);
  const long first_y = std::max(0L, -top);
  const long last_y = std::min(static_cast<long>(bitmap.rows), picture.height - top);
  for (long y = first_y; y < last_y; ++y) {
    for (long x = first_x; x < last_x; ++x) {
      const float coverage = static_cast<float>(bitmap.buffer[y * bitmap.pitch + x]) / 255.0f;
      const long at = (top + y) * picture.width + left + x;
      blend(picture.plane(0)[at], color.r, coverage);
      blend(picture.plane(1)[at], color.g, coverage);
      blend(picture.plane(2)[at], color.b, coverage);
    }
  }
}

}  // namespace

struct Font::Face {
  Owned<FT_Library> library;  // goes after the face, which is part of it
  Owned<FT_Face> face;

  /// Calls action(x) for each character in turn, its glyph loaded as an outline that begins x
  /// pixels after the line's beginning. Returns where the line ends.
  template <typename Action>
  double lay_out(std::string_view text, Action action) const {
    double x = 0;
    FT_UInt before = 0;
    for (const CodePoint& point : decode_utf8(text)) {
      const FT_UInt glyph = FT_Get_Char_Index(face.get(), visible(point.value));
      FT_Vector kerning{};
      check(FT_Get_Kerning(face.get(), before, glyph, FT_KERNING_UNFITTED, &kerning), "kern");
      x += static_cast<double>(kerning.x) / kUnits;
      // Light hinting moves outlines up and down only, so that they may stand between pixels.
      check(FT_Load_Glyph(face.get(), glyph, FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP),
            "load a glyph");
      action(x);
      // Not `advance`: hinting rounds it to whole pixels.
      x += static_cast<double>(face->glyph->linearHoriAdvance) / kLinearUnits;
      before = glyph;
    }
    return x;
  }
};

Font::Font(double size, bool bold) : face_(std::make_unique<Face>()) {
  constexpr double kLeast = 4, kMost = 1000;
  if (!(size >= kLeast && size <= kMost)) {
    throw InternalError(fmt::format("a font of {} pixels was asked for", size));
  }
  const FontFile file = find_font(bold);
  FT_Library library = nullptr;
  check(FT_Init_FreeType(&library), "start");
  face_->library.reset(library);
  FT_Face face = nullptr;
  const FT_Error error = FT_New_Face(library, file.path.c_str(), file.index, &face);
  face_->face.reset(face);
  if (error != 0 || !FT_IS_SCALABLE(face)) {
    throw InputError(fmt::format(
        "pictures cannot be labelled with the font '{}': install fonts-dejavu-core", file.path));
  }
  check(FT_Set_Char_Size(face, 0, std::lround(size * kUnits), 0, 0), "scale the font");
}

Font::~Font() = default;

double Font::line_height() const {
  return static_cast<double>(face_->face->size->metrics.height) / kUnits;
}

double Font::ascent() const {
  return static_cast<double>(face_->face->size->metrics.ascender) / kUnits;
}

double Font::descent() const {
  return -static_cast<double>(face_->face->size->metrics.descender) / kUnits;
}

double Font::width(std::string_view text) const {
  return face_->lay_out(text, [](double) {});
}

std::string Font::shortened(std::string_view text, double width) const {
  std::size_t within = 0;  // characters that begin where they may
  const double full = face_->lay_out(text, [&](double x) { within += x <= width ? 1 : 0; });
  if (full <= width) return std::string(text);
  const std::vector<CodePoint> points = decode_utf8(text);
  for (std::size_t kept = within; kept-- > 0;) {
    std::string_view part = text.substr(0, kept == 0 ? 0 : points[kept - 1].end);
    while (part.ends_with(' ')) part.remove_suffix(1);
    std::string candidate(part);
    candidate += kEllipsis;
    if (this->width(candidate) <= width) return candidate;
  }
  return "";
}

void Font::draw(Picture& picture, double x, double y, std::string_view text, Rgb color) const {
  constexpr double kFarthest = 1e6;  // outside of every picture
  if (!(std::abs(x) < kFarthest && std::abs(y) < kFarthest)) return;
  const double floor_x = std::floor(x), floor_y = std::floor(y);
  face_->lay_out(text, [&](double offset) {
    FT_GlyphSlot slot = face_->face->glyph;
    // The outline carries the fractions; rows grow downwards, outlines upwards.
    FT_Outline_Translate(&slot->outline, std::lround((x - floor_x + offset) * kUnits),
                         -std::lround((y - floor_y) * kUnits));
    check(FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL), "draw a glyph");
    lay(picture, slot->bitmap, static_cast<long>(floor_x) + slot->bitmap_left,
        static_cast<long>(floor_y) - slot->bitmap_top, color);
  });
}

}  // namespace vggstyle

#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// What the numbers of a file mean.
enum class ColorModel { kGrey, kRgb, kCmyk };

/// What a file says about its pixels.
struct FileHeader {
  int width = 0;
  int height = 0;
  int reduced_by = 1;  // each pixel is the mean of so many of the file's, on a side; see reduce()
  ColorModel model = ColorModel::kRgb;
  bool has_alpha = false;  // the last channel of each pixel, not premultiplied

  std::vector<std::uint8_t> profile;  // ICC; empty: sRGB, or `gamma`
  double gamma = 0;                   // value = light^gamma, e.g. 0.45455; 0: not given
  PictureText text;                   // as write_picture() stores it; other text may be left out
  int orientation = 1;                // as upright() has it; formats/orientation.h

  int color_channels() const {
    return model == ColorModel::kGrey ? 1 : model == ColorModel::kRgb ? 3 : 4;
  }
  int channels() const { return color_channels() + (has_alpha ? 1 : 0); }
  std::size_t row_samples() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels());
  }
};

/// A picture file that is decoded row by row, as the pixels stand in it: before colour profile,
/// transparency and orientation are applied.
///
/// Rows come from the top, channels interleaved, full range 0..65535 whatever the file's depth. CMYK
/// is the amount of ink: 0 is paper. Every call throws InputError, with the file's name, if the file
/// is damaged or cut off.
class RowReader {
 public:
  RowReader() = default;
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;
  virtual ~RowReader() = default;

  const FileHeader& header() const { return header_; }

  /// Allows the decoder to make the picture smaller, by at most `factor` on a side, where it can do so
  /// as it decodes; the header changes. The last column and row may be of fewer pixels than the others.
  /// Before the first row.
  virtual void reduce([[maybe_unused]] int factor) {}

  /// Fills `rows`, a whole number of header().row_samples(), with the rows that follow.
  virtual void read(std::span<std::uint16_t> rows) = 0;

  /// After the last row: checks that the end of the file is there. In PNG, an Exif block may stand behind
  /// the pixels: header().orientation may be another one now.
  virtual void finish() {}

 protected:
  FileHeader header_;
};

/// InputError: the file `name` cannot be decoded as what it seems to be, a `format` file. `reason` in the words of
/// the library.
[[noreturn]] void refuse_file(const std::string& name, std::string_view format,
                              std::string_view reason);

/// Adds those of `lines` that are "keyword: value".
void add_text(std::string_view lines, PictureText& text);

/// A colour that was multiplied by its alpha, undone; both 0..65535.
inline std::uint16_t unmultiplied(unsigned color, unsigned alpha) {
  constexpr unsigned kOpaque = 65535;
  if (alpha == 0) return 0;
  return static_cast<std::uint16_t>(std::min(kOpaque, (color * kOpaque + alpha / 2) / alpha));
}

/// InputError if a picture that the file `name` announces is above `max_megapixels`, or 300 times as
/// many pixels on a side: to be asked before memory is taken for it.
void check_file_size(unsigned long width, unsigned long height, int max_megapixels,
                     const std::string& name);

}  // namespace vggstyle

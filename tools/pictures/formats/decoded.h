#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// What the numbers of a decoded file mean.
enum class ColorModel { kGrey, kRgb, kCmyk };

/// A file's pixels as they stand in it, before its colour profile, transparency and orientation
/// are applied: what the PNG and the JPEG reader hand to read.cpp.
struct Decoded {
  int width = 0;
  int height = 0;
  ColorModel model = ColorModel::kRgb;
  bool has_alpha = false;  // the last channel of each pixel, not premultiplied

  /// Rows from the top, channels interleaved, full range 0..65535 whatever the file's depth. CMYK
  /// is the amount of ink: 0 is paper.
  std::vector<std::uint16_t> samples;

  std::vector<std::uint8_t> profile;  // ICC; empty: sRGB, or `gamma`
  double gamma = 0;                   // value = light^gamma, e.g. 0.45455; 0: not given
  std::vector<std::uint8_t> exif;     // TIFF structure without the "Exif\0\0" before it

  int color_channels() const {
    return model == ColorModel::kGrey ? 1 : model == ColorModel::kRgb ? 3 : 4;
  }
  int channels() const { return color_channels() + (has_alpha ? 1 : 0); }
};

/// InputError if a picture that the file `name` announces is above `max_megapixels`, or 300 times as
/// many pixels on a side: to be asked before memory is taken for it.
void check_decoded_size(unsigned long width, unsigned long height, int max_megapixels,
                        const std::string& name);

}  // namespace vggstyle

#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/files.h"
#include "tools/pictures/picture.h"

struct png_struct_def;
struct png_info_def;

namespace vggstyle::test {

using Bytes = std::vector<std::uint8_t>;

Bytes read_bytes(const std::string& path);
void write_bytes(const std::string& path, const Bytes& bytes);

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A PNG file to be made by libpng.
struct PngFile {
  int width = 0, height = 0, bits = 8;
  int color_type = 0;  // PNG_COLOR_TYPE_...
  bool interlaced = false;
  std::vector<unsigned> samples;  // interleaved, each below 2^bits
  /// Called before the header is written: palette, tRNS, profile...
  std::function<void(png_struct_def*, png_info_def*)> describe;
};
Bytes encode(const PngFile& file);
/// Signature and header alone, of any size.
Bytes png_header(unsigned width, unsigned height);

/// A JPEG file to be made by libjpeg, of the best quality.
struct JpegFile {
  int width = 0, height = 0, channels = 3;  // 1 grey, 3 RGB, 4 CMYK
  Bytes samples;                            // interleaved
  bool progressive = false;
  bool adobe_marker = true;  // of CMYK
  Bytes profile, exif;       // exif: a TIFF structure
};
Bytes encode(const JpegFile& file);

/// The smallest Exif block that gives an orientation.
Bytes exif_block(int orientation, bool big_endian);

/// A small picture with something of everything: gradients and an edge.
JpegFile sample_jpeg(int width, int height, int channels);
PngFile sample_png(int width, int height);

inline float value(const Picture& picture, int channel, int x, int y) {
  return picture.plane(channel)[y * picture.width + x];
}

/// The largest difference between two pictures of one size; fails the test if they differ in size.
float distance(const Picture& a, const Picture& b);

}  // namespace vggstyle::test

#pragma once

#include <cstdint>
#include <string>

#include "tests/pictures/support.h"

namespace vggstyle::test {

/// Files of the other formats, made by their libraries (if they write any) of samples of 8 bits, or 16 where it says so.

/// Lossless, RGBA. Each of `frames` after the first is one frame more of an animation.
struct WebpFile {
  int width = 0, height = 0;
  std::vector<Bytes> frames;  // interleaved
  Bytes profile, exif;
};
Bytes encode(const WebpFile& file);

struct TiffFile {
  int width = 0, height = 0, bits = 8;
  int channels = 3;          // of which those beyond the colours are `extra`
  unsigned photometric = 2;  // PHOTOMETRIC_...
  int extra = -1;            // EXTRASAMPLE_..., of the last channel; -1: it is a colour
  unsigned orientation = 1;  // 1..8
  unsigned compression = 1;  // COMPRESSION_...
  bool is_tiled = false, has_planes = false, is_big_endian = false, is_thumbnail = false;
  bool is_floating = false;            // 32 bits, of samples / 255
  std::vector<std::uint16_t> samples;  // interleaved, each below 2^bits
  std::vector<std::uint16_t> palette;  // red, green, blue one after the other, 256 each
  Bytes profile;
};
Bytes encode(const TiffFile& file);

/// Indices into a palette.
struct GifFile {
  int screen_width = 0, screen_height = 0;
  int left = 0, top = 0, width = 0, height = 0;
  bool is_interlaced = false, has_more_frames = false;
  int transparent = -1;  // index
  Bytes indices;
  std::vector<std::uint8_t> palette;  // RGB, 2^n of them
};
Bytes encode(const GifFile& file);

/// Written here, byte by byte.
struct BmpFile {
  int width = 0, height = 0;
  unsigned bits = 24;
  bool is_top_down = false;
  unsigned header_bytes = 40;    // 40, 108, 124
  unsigned compression = 0;      // 1: run-length coded, but only said to be
  std::vector<unsigned> masks;   // red, green, blue, and in long headers alpha
  Bytes palette;                 // blue, green, red, 0
  std::vector<unsigned> pixels;  // each below 2^bits, from the top
};
Bytes encode(const BmpFile& file);

#ifdef VGGSTYLE_HEIF
/// RGBA of 8 bits, or 10 with samples below 1024, as good as the codec will; empty if libheif has no encoder for it here.
struct HeifFile {
  int width = 0, height = 0, bits = 8;
  bool is_avif = false;
  std::vector<std::uint16_t> samples;
  Bytes profile;
  std::uint16_t primaries = 0, transfer = 0;  // nclx; 0: none
};
/// While it lives, the leak sanitizer overlooks what is allocated: for what libheif and its encoders lose.
class OverlookLeaks {
 public:
  OverlookLeaks();
  ~OverlookLeaks();
  OverlookLeaks(const OverlookLeaks&) = delete;
  OverlookLeaks& operator=(const OverlookLeaks&) = delete;
};

Bytes encode(const HeifFile& file);
#endif

/// A picture in each of these formats but HEIC and AVIF, one of a sort: small, but with all that a reader looks at.
std::vector<Bytes> other_samples(int width, int height);

}  // namespace vggstyle::test

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

struct ReadOptions {
  Rgb background = kWhite;  ///< shows behind transparent parts
  /// The largest picture that is read, in millions of pixels; on a side, 300 times as many pixels.
  int max_megapixels = 100;
};

/// The size, width and height, that a picture is wanted at, from the size of the picture in the file
/// as it stands upright. Is asked once or twice.
using WantedSize = std::function<std::pair<int, int>(std::pair<int, int>)>;

/// Reads a picture file (PNG, JPEG, WebP, TIFF, GIF, BMP; HEIC and AVIF with libheif; "-" is standard input), told apart by content, not by name. The result is sRGB and upright:
/// an embedded colour profile (or PNG gamma) and an Exif orientation are applied, and transparent
/// parts show the background, mixed in encoded values, as browsers do. Animations give their first
/// frame. PNG chromaticities without a profile (cHRM) are ignored.
///
/// With `wanted` the picture comes at that size, by resize() as the rows are read; a JPEG file of four
/// times that size or more is decoded at half, a quarter or an eighth of its own, which is at least
/// twice `wanted`.
///
/// The same file gives the same bytes, with the same versions of the libraries and any number of
/// threads. Needs the file's size; 12 bytes a pixel of the result; 12 bytes for each of the file's rows
/// and the result's columns; for progressive JPEG up to 6 bytes a pixel of the file, for interlaced
/// PNG, WebP and HEIC up to 8, for GIF, BMP and some TIFF 4.
///
/// InputError, one sentence that names the file: it does not exist, cannot be read, is a folder,
/// is empty, is of none of these formats, is damaged or cut off, or is larger than
/// `options` allow.
Picture read_picture(const std::string& path, const ReadOptions& options = {},
                     const WantedSize& wanted = {});

/// The same for a file's content in memory; `name` stands for the path in errors.
Picture decode_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                       const ReadOptions& options = {}, const WantedSize& wanted = {});

/// A picture, and what of it is to be seen.
struct PictureAndAlpha {
  /// Where it is transparent, as it would look on a background that goes on with its own colours: those
  /// next to a transparent part, ever smoother away from them. What a file hides stays hidden.
  Picture picture;
  /// A grey picture: 0 where it is transparent, 255 where it is opaque. Empty if it is opaque everywhere.
  std::optional<Picture> alpha;
  /// The ICC profile that the file has; empty if it has none.
  std::vector<std::uint8_t> profile;
};

/// As read_picture(), which options.background does not matter to. 12 bytes more a pixel of the result.
PictureAndAlpha read_with_alpha(const std::string& path, const ReadOptions& options = {},
                                const WantedSize& wanted = {});

/// As read_picture(), with the profile. The alpha is empty: everything is on the background.
PictureAndAlpha read_with_profile(const std::string& path, const ReadOptions& options = {},
                                  const WantedSize& wanted = {});

/// What write_picture() has stored in a file as text, in its order. InputError as read_picture(), as far as the
/// head of the file tells.
PictureText read_picture_text(const std::string& path);

}  // namespace vggstyle

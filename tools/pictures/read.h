#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tools/pictures/picture.h"

namespace vggstyle {

struct ReadOptions {
  Rgb background = kWhite;  ///< shows behind transparent parts
  /// The largest picture that is read, in millions of pixels; on a side, 300 times as many pixels.
  int max_megapixels = 100;
};

/// Reads a PNG or JPEG file, told apart by content, not by name. The result is sRGB and upright:
/// an embedded colour profile (or PNG gamma) and an Exif orientation are applied, and transparent
/// parts show the background, mixed in encoded values, as browsers do. Animations give their first
/// frame. PNG chromaticities without a profile (cHRM) are ignored.
///
/// The same file gives the same bytes, with the same versions of the libraries. Needs about 20
/// bytes of memory a pixel, and the file's size.
///
/// InputError, one sentence that names the file: it does not exist, cannot be read, is a folder,
/// is empty, is neither PNG nor JPEG, is damaged or cut off, or is larger than
/// `options` allow.
Picture read_picture(const std::string& path, const ReadOptions& options = {});

/// The same for a file's content in memory; `name` stands for the path in errors.
Picture decode_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                       const ReadOptions& options = {});

}  // namespace vggstyle

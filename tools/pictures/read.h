#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// Reads a PNG or JPEG file, told apart by content, not by name. The result is sRGB and upright:
/// an embedded colour profile (or PNG gamma) and an Exif orientation are applied, and transparent
/// parts show `background`, mixed in encoded values, as browsers do. Animations give their first
/// frame. PNG chromaticities without a profile (cHRM) are ignored.
///
/// The same file gives the same bytes, with the same versions of the libraries. Needs about 20
/// bytes of memory a pixel, and the file's size.
///
/// InputError, one sentence that names the file: it does not exist, cannot be read, is a folder,
/// is empty, is neither PNG nor JPEG, is damaged or cut off, or holds more than 100 megapixels or
/// 30000 on a side.
Picture read_picture(const std::string& path, Rgb background = kWhite);

/// The same for a file's content in memory; `name` stands for the path in errors.
Picture decode_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                       Rgb background = kWhite);

}  // namespace vggstyle

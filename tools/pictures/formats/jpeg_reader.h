#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tools/pictures/formats/decoded.h"

namespace vggstyle {

/// Decodes a whole JPEG file: grey, YCbCr, RGB, CMYK and YCCK; baseline and progressive, 8 bits.
/// InputError, with `name` as the file's, if it is damaged, cut off, too large or of another sort;
/// also where libjpeg would carry on with grey in place of what is missing.
Decoded decode_jpeg(std::span<const std::uint8_t> bytes, const std::string& name,
                    int max_megapixels);

}  // namespace vggstyle

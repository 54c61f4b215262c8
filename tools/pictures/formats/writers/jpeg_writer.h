#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// The bytes of a JPEG file: quality 95, no subsampling of colours (4:4:4), `profile` (ICC; empty: sRGB), each of
/// `comments` as a comment of at most 65,533 bytes. The same picture and comments give the same
/// bytes. InternalError if libjpeg fails.
std::vector<std::uint8_t> encode_jpeg(const Picture& picture,
                                      const std::vector<std::string>& comments,
                                      const std::vector<std::uint8_t>& profile);

}  // namespace vggstyle

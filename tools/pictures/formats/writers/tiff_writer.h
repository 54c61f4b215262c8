#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// The bytes of a TIFF file: RGB, or with `alpha` RGBA that is not premultiplied, of 8 or 16 bits a channel, deflated, `profile` (ICC; empty: sRGB), `description` as its
/// ImageDescription. The same arguments give the same bytes on machines of one byte order. InternalError if libtiff
/// fails.
std::vector<std::uint8_t> encode_tiff(const Picture& picture, const Picture* alpha, int bits,
                                      const std::string& description,
                                      const std::vector<std::uint8_t>& profile);

}  // namespace vggstyle

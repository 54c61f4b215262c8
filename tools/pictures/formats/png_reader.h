#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tools/pictures/formats/decoded.h"

namespace vggstyle {

/// Decodes a whole PNG file of any colour type, depth and interlacing. Palettes and colour keys
/// (tRNS) come out as RGB and alpha. InputError, with `name` as the file's, if it is damaged, cut
/// off or too large.
Decoded decode_png(std::span<const std::uint8_t> bytes, const std::string& name,
                   int max_megapixels);

}  // namespace vggstyle

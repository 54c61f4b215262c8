#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// What WebP holds on a side.
inline constexpr int kMostWebpSide = 16383;

/// The bytes of a lossless WebP file: 8 bits a channel, `profile` (ICC; empty: none, which is sRGB), with `alpha` or without, `description` as its Exif block's
/// ImageDescription. Lossless, because lossy WebP halves the resolution of colours. The same picture and description
/// give the same bytes. InternalError if the picture is larger than kMostWebpSide, or libwebp fails.
std::vector<std::uint8_t> encode_webp(const Picture& picture, const Picture* alpha,
                                      const std::string& description,
                                      const std::vector<std::uint8_t>& profile);

}  // namespace vggstyle

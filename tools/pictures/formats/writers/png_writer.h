#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// Writes the PNG file to `file` and closes it: RGB, or with `alpha` RGBA, of 8 or 16 bits a channel,
/// with `profile` (ICC; empty: marked as sRGB), `text` before the pixels. The same arguments give the same bytes. InternalError if that fails, or `file` is null
/// (errno says why); `failure` begins what it says.
void write_png_to(std::FILE* file, const std::string& failure, const Picture& picture,
                  const Picture* alpha, int bits, const PictureText& text,
                  const std::vector<std::uint8_t>& profile);

/// InternalError if the arguments are not as above.
void check_png(const Picture& picture, const Picture* alpha, int bits, const PictureText& text);

}  // namespace vggstyle

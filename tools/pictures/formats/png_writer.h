#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// Pairs of keyword (1..79 printable ASCII characters, no space at either end) and UTF-8 text without
/// NUL.
using PictureText = std::vector<std::pair<std::string, std::string>>;

/// Writes the PNG file to `file` and closes it: 8 or 16 bits a channel, marked as sRGB, `text` before
/// the pixels. The same arguments give the same bytes. InternalError if that fails, or `file` is null
/// (errno says why); `failure` begins what it says.
void write_png_to(std::FILE* file, const std::string& failure, const Picture& picture, int bits,
                  const PictureText& text);

/// InternalError if the arguments are not as above.
void check_png(const Picture& picture, int bits, const PictureText& text);

}  // namespace vggstyle

#pragma once

#include <memory>

#include "tools/pictures/formats/readers/row_reader.h"

namespace vggstyle {

/// A BMP file by stb_image: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits, from the bottom up or from the top
/// down. Alpha that is 0 everywhere is no alpha; a profile is not looked at. Takes 3 or 4 bytes a pixel. `bytes` must
/// outlive the reader. InputError, with `name` as the file's, if it is damaged, cut off, too large or of another sort:
/// run-length coded, a JPEG or PNG file inside, OS/2's header of 12 bytes, masks with one of 56.
std::unique_ptr<RowReader> open_bmp(std::span<const std::uint8_t> bytes, const std::string& name,
                                    int max_megapixels);

}  // namespace vggstyle

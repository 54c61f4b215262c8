#pragma once

#include <memory>

#include "tools/pictures/formats/readers/row_reader.h"

namespace vggstyle {

/// The first picture of a TIFF file. Grey, RGB and CMYK of 8 or 16 bits, with or without alpha, in strips, are
/// decoded row by row at their depth; all else that libtiff turns into RGB (tiles, planes, palettes, YCbCr, CIELab,
/// black and white) as a whole, with 8 bits, 4 bytes a pixel. `bytes` must outlive the reader. InputError, with
/// `name` as the file's, if it is damaged, cut off, too large, of another sort (floating point), or a raw
/// camera file, whose first picture is a thumbnail.
std::unique_ptr<RowReader> open_tiff(std::span<const std::uint8_t> bytes, const std::string& name,
                                     int max_megapixels);

}  // namespace vggstyle

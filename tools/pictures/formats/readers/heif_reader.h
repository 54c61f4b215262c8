#pragma once

#include <memory>

#include "tools/pictures/formats/readers/row_reader.h"

namespace vggstyle {

/// The primary picture of a HEIC or AVIF file, by libheif, turned and mirrored as the file asks for; 8 to 16 bits,
/// its ICC profile, if any, or one made of the numbers that stand for one (nclx). HDR curves (PQ, HLG) are taken for
/// sRGB's. Takes 8 bytes a pixel and what the codec needs. `bytes` must outlive the reader.
/// InputError, with `name` as the file's, if it is damaged, cut off, too large or of a codec that is not there.
std::unique_ptr<RowReader> open_heif(std::span<const std::uint8_t> bytes, const std::string& name,
                                     int max_megapixels);

}  // namespace vggstyle

#pragma once

#include <memory>

#include "tools/pictures/formats/readers/row_reader.h"

namespace vggstyle {

/// A JPEG file, of which the header has been read: grey, YCbCr, RGB, CMYK and YCCK; baseline and
/// progressive, 8 bits. Of a progressive file all coefficients are held, 2 bytes each. reduce() leaves
/// out the fine coefficients of each 8x8 block: by 2, 4 or 8. `bytes` must outlive the reader.
/// InputError, with `name` as the file's, if it is damaged, cut off, too large or of another sort; also
/// where libjpeg would carry on with grey in place of what is missing.
std::unique_ptr<RowReader> open_jpeg(std::span<const std::uint8_t> bytes, const std::string& name,
                                     int max_megapixels);

}  // namespace vggstyle

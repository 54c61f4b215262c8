#pragma once

#include <memory>

#include "tools/pictures/formats/readers/row_reader.h"

namespace vggstyle {

/// A WebP file, lossy or lossless; of an animation the first frame, on a transparent canvas. Takes 8 bytes
/// a pixel. `bytes` must outlive the reader. InputError, with `name` as the file's, if it is damaged, cut off or
/// too large.
std::unique_ptr<RowReader> open_webp(std::span<const std::uint8_t> bytes, const std::string& name,
                                     int max_megapixels);

}  // namespace vggstyle

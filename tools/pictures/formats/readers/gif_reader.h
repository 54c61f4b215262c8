#pragma once

#include <memory>

#include "tools/pictures/formats/readers/row_reader.h"

namespace vggstyle {

/// The first frame of a GIF file, on a transparent canvas. Takes 4 bytes a pixel. `bytes` must outlive the reader.
/// InputError, with `name` as the file's, if it is damaged, cut off, too large or without a frame.
std::unique_ptr<RowReader> open_gif(std::span<const std::uint8_t> bytes, const std::string& name,
                                    int max_megapixels);

}  // namespace vggstyle

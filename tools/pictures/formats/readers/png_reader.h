#pragma once

#include <memory>

#include "tools/pictures/formats/readers/row_reader.h"

namespace vggstyle {

/// A PNG file of any colour type, depth and interlacing, of which the header has been read. Palettes
/// and colour keys (tRNS) come out as RGB and alpha. Interlaced files are held whole, with 2 bytes a
/// sample. `bytes` must outlive the reader. InputError, with `name` as the file's, if it is damaged,
/// cut off or too large.
std::unique_ptr<RowReader> open_png(std::span<const std::uint8_t> bytes, const std::string& name,
                                    int max_megapixels);

}  // namespace vggstyle

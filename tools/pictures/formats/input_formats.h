#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "tools/pictures/formats/readers/row_reader.h"

namespace vggstyle {

/// Opens a picture file of any format that is read, told apart by content. `bytes` must outlive the
/// reader. InputError, with `name` as the file's, if it is of none, or as the format's own reader says.
std::unique_ptr<RowReader> open_picture(std::span<const std::uint8_t> bytes,
                                        const std::string& name, int max_megapixels);

/// The formats that are read, for messages: "PNG, JPEG, WebP, TIFF, GIF, BMP, HEIC or AVIF"; without
/// the last two if this program was built without libheif.
std::string readable_formats();

/// The ending of a file's name in small letters: ".png"; empty if it has none.
std::string small_ending(const std::filesystem::path& path);

/// Whether the name ends as those of files that are read do: to choose pictures from a folder.
bool has_picture_ending(const std::filesystem::path& path);

}  // namespace vggstyle

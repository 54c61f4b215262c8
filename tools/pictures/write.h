#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/pictures/formats/writers/png_writer.h"
#include "tools/pictures/picture.h"

namespace vggstyle {

/// Writes a PNG file of 8 or 16 bits a channel, marked as sRGB. Values are clamped to 0..255 and
/// rounded to the nearest step (of 1, or 1/257). `text` is stored before the pixels.
///
/// The file appears whole or not at all, and what was at `path` stays until then; see AtomicFile.
/// The same picture and text give the same bytes.
///
/// InputError if `path` cannot be written to (check_output_path tells before long work).
/// InternalError if writing fails, the disk being full for instance, or the arguments are not as
/// above.
void write_png(const std::string& path, const Picture& picture, int bits,
               const PictureText& text = {});

/// Writes a picture in the format that the ending of `path` says: .png as write_png(); .jpg and .jpeg, .webp, .tif and
/// .tiff as formats/writers/ have it, `text` as comments or a description, a line "keyword: text" each. "-" is standard output, as .png. With `profile`
/// (ICC, which why_not_written() has nothing against) in its colours, and with it in the file; else sRGB. InputError for
/// another ending, for 16 bits in a JPEG or WebP file, for `alpha` (grey, of the same size; null: opaque) in a JPEG
/// file, and for more pixels on a side than WebP holds, and
/// for a terminal as standard output.
void write_picture(const std::string& path, const Picture& picture, int bits,
                   const PictureText& text = {}, const Picture* alpha = nullptr,
                   const std::vector<std::uint8_t>& profile = {});
/// InputError if write_picture() would refuse these, wherever the file is.
void check_picture_format(const std::string& path, int bits, bool with_alpha = false);
/// The same, and errors as check_output_path().
void check_picture_path(const std::string& path, int bits, bool with_alpha = false);

/// The bytes of the PNG file that write_picture() writes. InternalError as there.
std::vector<std::uint8_t> encode_png(const Picture& picture, int bits, const PictureText& text = {},
                                     const Picture* alpha = nullptr);

}  // namespace vggstyle

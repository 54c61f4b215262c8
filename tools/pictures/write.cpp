#include "tools/pictures/write.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "tools/pictures/formats/input_formats.h"
#include "tools/pictures/formats/writers/jpeg_writer.h"
#include "tools/pictures/formats/writers/tiff_writer.h"
#include "tools/pictures/formats/writers/webp_writer.h"

namespace vggstyle {
namespace {

/// What open_memstream fills, and only leaves alone once the stream is closed.
struct Memory {
  Memory() = default;
  ~Memory() { std::free(bytes); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  char* bytes = nullptr;
  std::size_t size = 0;
};

}  // namespace

void write_png(const std::string& path, const Picture& picture, int bits, const PictureText& text) {
  check_png(picture, bits, text);
  AtomicFile file(path);
  write_png_to(std::fopen(file.temporary_path().c_str(), "wbe"), "cannot write '" + path + "'",
               picture, bits, text);
  file.commit();
}

namespace {

/// A format that is written, by the ending of the file's name.
struct OutputFormat {
  const char* name;
  std::vector<std::string_view> endings;  // in small letters
  bool has_16_bits;
  void (*write)(const std::string& path, const Picture& picture, int bits, const PictureText& text);
};

/// "Keyword: text", line by line.
std::vector<std::string> lines_of(const PictureText& text) {
  std::vector<std::string> lines;
  for (const auto& [keyword, value] : text) lines.push_back(fmt::format("{}: {}", keyword, value));
  return lines;
}

void write_bytes(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  AtomicFile file(path);
  std::FILE* const stream = std::fopen(file.temporary_path().c_str(), "wbe");
  const bool whole =
      stream != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), stream) == bytes.size();
  const int error = errno;
  if ((stream != nullptr && std::fclose(stream) != 0) || !whole) {
    throw InternalError(fmt::format("cannot write '{}': {}", path,
                                    std::generic_category().message(whole ? errno : error)));
  }
  file.commit();
}

void write_jpeg(const std::string& path, const Picture& picture, int, const PictureText& text) {
  write_bytes(path, encode_jpeg(picture, lines_of(text)));
}

void write_webp(const std::string& path, const Picture& picture, int, const PictureText& text) {
  if (std::max(picture.width, picture.height) > kMostWebpSide) {
    throw InputError(fmt::format("cannot write '{}': WebP holds {} pixels on a side; use .png",
                                 path, kMostWebpSide));
  }
  write_bytes(path, encode_webp(picture, fmt::format("{}", fmt::join(lines_of(text), "\n"))));
}

void write_tiff(const std::string& path, const Picture& picture, int bits,
                const PictureText& text) {
  write_bytes(path, encode_tiff(picture, bits, fmt::format("{}", fmt::join(lines_of(text), "\n"))));
}

const OutputFormat& format_of(const std::string& path) {
  static const std::vector<OutputFormat> formats = {
      {"PNG", {".png"}, true, write_png},
      {"JPEG", {".jpg", ".jpeg"}, false, write_jpeg},
      {"WebP", {".webp"}, false, write_webp},
      {"TIFF", {".tif", ".tiff"}, true, write_tiff},
  };
  const std::string ending = small_ending(path);
  for (const OutputFormat& format : formats) {
    if (std::find(format.endings.begin(), format.endings.end(), ending) != format.endings.end()) {
      return format;
    }
  }
  throw InputError(fmt::format(
      "cannot write '{}': pictures are written as .png, .jpg, .jpeg, .webp, .tif or .tiff", path));
}

}  // namespace

void check_picture_path(const std::string& path, int bits) {
  check_output_path(path);
  const OutputFormat& format = format_of(path);
  if (bits == 16 && !format.has_16_bits) {
    throw InputError(fmt::format(
        "cannot write '{}': {} has 8 bits per channel; use .png or .tif, or leave --bits out", path,
        format.name));
  }
}

void write_picture(const std::string& path, const Picture& picture, int bits,
                   const PictureText& text) {
  check_picture_path(path, bits);
  check_png(picture, bits, text);
  format_of(path).write(path, picture, bits, text);
}

std::vector<std::uint8_t> encode_png(const Picture& picture, int bits, const PictureText& text) {
  check_png(picture, bits, text);
  Memory memory;
  write_png_to(::open_memstream(&memory.bytes, &memory.size), "cannot encode a picture", picture,
               bits, text);
  return {memory.bytes, memory.bytes + memory.size};
}

}  // namespace vggstyle

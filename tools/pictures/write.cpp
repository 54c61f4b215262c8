#include "tools/pictures/write.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "runtime/standard_streams.h"
#include "tools/pictures/formats/color_profile.h"
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

/// What a file is made of.
struct Contents {
  const Picture& picture;
  const Picture* alpha;  // null: opaque
  int bits;
  const PictureText& text;
  const std::vector<std::uint8_t>& profile;  // that the picture is in; empty: sRGB

  /// "Keyword: text", line by line.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& [keyword, value] : text) {
      lines.push_back(fmt::format("{}: {}", keyword, value));
    }
    return lines;
  }
  std::string description() const { return fmt::format("{}", fmt::join(lines(), "\n")); }
};

/// A format that is written, by the ending of the file's name.
struct OutputFormat {
  const char* name;
  std::vector<std::string_view> endings;  // in small letters
  bool has_16_bits, has_alpha;
  void (*write)(const std::string& path, const Contents& contents);
};

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

void write_png_file(const std::string& path, const Contents& contents) {
  AtomicFile file(path);
  write_png_to(std::fopen(file.temporary_path().c_str(), "wbe"), "cannot write '" + path + "'",
               contents.picture, contents.alpha, contents.bits, contents.text, contents.profile);
  file.commit();
}

void write_jpeg(const std::string& path, const Contents& contents) {
  write_bytes(path, encode_jpeg(contents.picture, contents.lines(), contents.profile));
}

void write_webp(const std::string& path, const Contents& contents) {
  if (std::max(contents.picture.width, contents.picture.height) > kMostWebpSide) {
    throw InputError(fmt::format("cannot write '{}': WebP holds {} pixels on a side; use .png",
                                 path, kMostWebpSide));
  }
  write_bytes(path, encode_webp(contents.picture, contents.alpha, contents.description(),
                                contents.profile));
}

void write_tiff(const std::string& path, const Contents& contents) {
  write_bytes(path, encode_tiff(contents.picture, contents.alpha, contents.bits,
                                contents.description(), contents.profile));
}

const OutputFormat& format_of(const std::string& path) {
  static const std::vector<OutputFormat> formats = {
      {"PNG", {".png"}, true, true, write_png_file},
      {"JPEG", {".jpg", ".jpeg"}, false, false, write_jpeg},
      {"WebP", {".webp"}, false, true, write_webp},
      {"TIFF", {".tif", ".tiff"}, true, true, write_tiff},
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

std::vector<std::uint8_t> encoded_png(const Contents& contents) {
  Memory memory;
  write_png_to(::open_memstream(&memory.bytes, &memory.size), "cannot encode a picture",
               contents.picture, contents.alpha, contents.bits, contents.text, contents.profile);
  return {memory.bytes, memory.bytes + memory.size};
}

/// As a PNG file: what follows in the pipe sees which it is.
void write_standard_output(const Contents& contents) {
  const std::vector<std::uint8_t> bytes = encoded_png(contents);
  for (std::size_t written = 0; written < bytes.size();) {
    const auto count = ::write(STDOUT_FILENO, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw InternalError(fmt::format("cannot write the picture to standard output: {}",
                                      std::generic_category().message(errno)));
    }
    written += static_cast<std::size_t>(count);
  }
}

void write_as(const Contents& contents, const std::string& path) {
  if (is_standard_stream(path)) {
    write_standard_output(contents);
  } else {
    format_of(path).write(path, contents);
  }
}

}  // namespace

void check_picture_format(const std::string& path, int bits, bool with_alpha) {
  const OutputFormat& format = format_of(path);
  if (bits == 16 && !format.has_16_bits) {
    throw InputError(fmt::format(
        "cannot write '{}': {} has 8 bits per channel; use .png or .tif, or leave --bits out", path,
        format.name));
  }
  if (with_alpha && !format.has_alpha) {
    throw InputError(
        fmt::format("cannot write '{}': {} has no transparency, and the content has; use .png, "
                    ".webp or .tif, or put a colour behind it (--background white)",
                    path, format.name));
  }
}

void check_picture_path(const std::string& path, int bits, bool with_alpha) {
  if (is_standard_stream(path)) {
    if (::isatty(STDOUT_FILENO) == 0) return;
    throw InputError(
        "cannot write '-': standard output is a terminal; send the picture elsewhere, as in "
        "'-o - > out.png', or name a file");
  }
  check_output_path(path);
  check_picture_format(path, bits, with_alpha);
}

void write_picture(const std::string& path, const Picture& picture, int bits,
                   const PictureText& text, const Picture* alpha,
                   const std::vector<std::uint8_t>& profile) {
  check_picture_path(path, bits, alpha != nullptr);
  check_png(picture, alpha, bits, text);
  if (!profile.empty()) {
    const Picture converted = in_profile(picture, profile);
    return write_as({converted, alpha, bits, text, profile}, path);
  }
  write_as({picture, alpha, bits, text, profile}, path);
}

void write_png(const std::string& path, const Picture& picture, int bits, const PictureText& text) {
  check_png(picture, nullptr, bits, text);
  write_png_file(path, {picture, nullptr, bits, text, {}});
}

std::vector<std::uint8_t> encode_png(const Picture& picture, int bits, const PictureText& text,
                                     const Picture* alpha) {
  check_png(picture, alpha, bits, text);
  return encoded_png({picture, alpha, bits, text, {}});
}

}  // namespace vggstyle

#include "tools/pictures/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "tools/pictures/formats/jpeg_writer.h"

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

enum class Format { kPng, kJpeg };

Format format_of(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ending == ".png") return Format::kPng;
  if (ending == ".jpg" || ending == ".jpeg") return Format::kJpeg;
  throw InputError(
      fmt::format("cannot write '{}': pictures are written as .png, .jpg or .jpeg", path));
}

void write_jpeg(const std::string& path, const Picture& picture, const PictureText& text) {
  std::vector<std::string> comments;
  for (const auto& [keyword, value] : text) {
    comments.push_back(fmt::format("{}: {}", keyword, value));
  }
  const std::vector<std::uint8_t> bytes = encode_jpeg(picture, comments);
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

}  // namespace

void check_picture_path(const std::string& path, int bits) {
  check_output_path(path);
  if (format_of(path) == Format::kJpeg && bits == 16) {
    throw InputError(fmt::format(
        "cannot write '{}': JPEG has 8 bits per channel; use .png, or leave --bits out", path));
  }
}

void write_picture(const std::string& path, const Picture& picture, int bits,
                   const PictureText& text) {
  check_picture_path(path, bits);
  if (format_of(path) == Format::kPng) return write_png(path, picture, bits, text);
  check_png(picture, bits, text);
  write_jpeg(path, picture, text);
}

std::vector<std::uint8_t> encode_png(const Picture& picture, int bits, const PictureText& text) {
  check_png(picture, bits, text);
  Memory memory;
  write_png_to(::open_memstream(&memory.bytes, &memory.size), "cannot encode a picture", picture,
               bits, text);
  return {memory.bytes, memory.bytes + memory.size};
}

}  // namespace vggstyle

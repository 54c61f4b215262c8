#include "tools/pictures/formats/writers/png_writer.h"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <cerrno>
#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <new>
#include <system_error>

#include "runtime/error.h"
#include "tools/pictures/formats/writers/quantize.h"

namespace vggstyle {
namespace {

/// Everything that outlives a step; see png_reader.cpp about longjmp.
struct Writer {
  Writer() = default;
  ~Writer() {
    png_destroy_write_struct(&png, &info);
    if (file != nullptr) std::fclose(file);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  png_structp png = nullptr;
  png_infop info = nullptr;
  std::FILE* file = nullptr;
  png_uint_32 width = 0;
  png_uint_32 height = 0;
  int bits = 8;
  bool has_alpha = false;
  std::vector<png_text> text;
  std::vector<std::uint8_t> profile;
  std::vector<std::uint8_t> row;
  char message[128] = "";
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* writer = static_cast<Writer*>(png_get_error_ptr(png));
  std::snprintf(writer->message, sizeof writer->message, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void write_bytes(png_structp png, png_bytep bytes, png_size_t count) {
  auto* file = static_cast<std::FILE*>(png_get_io_ptr(png));
  if (std::fwrite(bytes, 1, count, file) != count) png_error(png, std::strerror(errno));
}

void flush(png_structp) {}  // fclose does

/// The one place that libpng's errors come back to. False: the step failed, see `message`.
bool succeeds(Writer& writer, void (*step)(Writer&)) {
  if (setjmp(png_jmpbuf(writer.png)) != 0) return false;
  step(writer);
  return true;
}

void write_header(Writer& writer) {
  png_structp png = writer.png;
  png_set_write_fn(png, writer.file, write_bytes, flush);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(png, writer.info, writer.width, writer.height, writer.bits,
               writer.has_alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (writer.profile.empty()) {
    png_set_sRGB_gAMA_and_cHRM(png, writer.info, PNG_sRGB_INTENT_PERCEPTUAL);
  } else {
    png_set_iCCP(png, writer.info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, writer.profile.data(),
                 static_cast<png_uint_32>(writer.profile.size()));
    if (png_get_valid(png, writer.info, PNG_INFO_iCCP) == 0) {
      png_error(png, "the ICC profile is not one for PNG files");
    }
  }
  png_set_text(png, writer.info, writer.text.data(), static_cast<int>(writer.text.size()));
  png_write_info(png, writer.info);
}

void write_row(Writer& writer) {
  png_write_row(writer.png, writer.row.data());
}

void write_end(Writer& writer) {
  png_write_end(writer.png, nullptr);
}

bool is_printable_ascii(char c) {
  return c >= 0x20 && c < 0x7F;
}

/// tEXt where plain ASCII will do, which every program reads; iTXt, which is UTF-8, otherwise.
std::vector<png_text> to_png_text(const PictureText& text) {
  std::vector<png_text> result;
  for (const auto& [keyword, value] : text) {
    const bool plain = std::all_of(value.begin(), value.end(),
                                   [](char c) { return is_printable_ascii(c) || c == '\n'; });
    png_text entry{};
    entry.compression = plain ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
    // libpng copies both, and its pointers are not const for reading's sake.
    entry.key = const_cast<char*>(keyword.c_str());
    entry.text = const_cast<char*>(value.c_str());
    if (plain) {
      entry.text_length = value.size();
    } else {
      entry.itxt_length = value.size();
    }
    result.push_back(entry);
  }
  return result;
}

/// `row` has 16 bits a sample, big-endian.
void quantize_wide_row(const Picture& picture, const Picture* alpha, std::size_t y,
                       std::vector<std::uint8_t>& row) {
  std::vector<std::uint16_t> steps(row.size() / 2);
  quantize_row(picture, alpha, y, steps.data());
  for (std::size_t i = 0; i < steps.size(); ++i) png_save_uint_16(&row[2 * i], steps[i]);
}

}  // namespace

void check_png(const Picture& picture, const Picture* alpha, int bits, const PictureText& text) {
  if (bits != 8 && bits != 16) {
    throw InternalError(fmt::format("a PNG file of {} bits was asked for", bits));
  }
  if (picture.width < 1 || picture.height < 1 || picture.rgb.size() != 3 * picture.pixels()) {
    throw InternalError(fmt::format("a picture of {}x{} has {} values", picture.width,
                                    picture.height, picture.rgb.size()));
  }
  if (alpha != nullptr && (alpha->width != picture.width || alpha->height != picture.height)) {
    throw InternalError("a picture and its alpha have different sizes");
  }
  constexpr std::size_t kMaxKeyword = 79;
  for (const auto& [keyword, value] : text) {
    if (keyword.empty() || keyword.size() > kMaxKeyword || keyword.front() == ' ' ||
        keyword.back() == ' ' || keyword.find("  ") != std::string::npos ||
        !std::all_of(keyword.begin(), keyword.end(), is_printable_ascii) ||
        value.find('\0') != std::string::npos) {
      throw InternalError(fmt::format("'{}' cannot be stored as text in a PNG file", keyword));
    }
  }
}

void write_png_to(std::FILE* file, const std::string& failure, const Picture& picture,
                  const Picture* alpha, int bits, const PictureText& text,
                  const std::vector<std::uint8_t>& profile) {
  const auto fail = [&](const std::string& reason) {
    throw InternalError(fmt::format("{}: {}", failure, reason));
  };
  if (file == nullptr) fail(std::generic_category().message(errno));
  Writer writer;
  writer.file = file;
  writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer, on_error, on_warning);
  if (writer.png != nullptr) writer.info = png_create_info_struct(writer.png);
  if (writer.info == nullptr) throw std::bad_alloc();
  const auto require = [&](void (*step)(Writer&)) {
    if (!succeeds(writer, step)) fail(writer.message);
  };

  writer.width = static_cast<png_uint_32>(picture.width);
  writer.height = static_cast<png_uint_32>(picture.height);
  writer.bits = bits;
  writer.has_alpha = alpha != nullptr;
  writer.text = to_png_text(text);
  writer.profile = profile;
  writer.row.resize(static_cast<std::size_t>(channels_with(alpha)) * writer.width *
                    (bits == 16 ? 2 : 1));
  require(write_header);
  for (std::size_t y = 0; y < writer.height; ++y) {
    bits == 16 ? quantize_wide_row(picture, alpha, y, writer.row)
               : quantize_row(picture, alpha, y, writer.row.data());
    require(write_row);
  }
  require(write_end);
  writer.file = nullptr;
  if (std::fclose(file) != 0) fail(std::generic_category().message(errno));
}

}  // namespace vggstyle

#include "tools/pictures/formats/png_reader.h"

#include <fmt/format.h>
#include <png.h>

#include <bit>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <new>

#include "runtime/error.h"

namespace vggstyle {
namespace {

constexpr png_alloc_size_t kMaxChunkBytes = 64u << 20;  // a profile, an Exif block

/// Everything that outlives a step. libpng reports errors by longjmp, over frames whose
/// destructors would not run; so nothing with a destructor lives in a step, only here.
struct Reader {
  explicit Reader(std::span<const std::uint8_t> file) : bytes(file) {}
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::span<const std::uint8_t> bytes;
  std::size_t position = 0;
  png_structp png = nullptr;
  png_infop info = nullptr;
  char message[128] = "";
  std::vector<png_bytep> rows;
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* reader = static_cast<Reader*>(png_get_error_ptr(png));
  std::snprintf(reader->message, sizeof reader->message, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep target, png_size_t count) {
  auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
  if (count > reader->bytes.size() - reader->position) png_error(png, "the file ends too early");
  std::memcpy(target, reader->bytes.data() + reader->position, count);
  reader->position += count;
}

/// The one place that libpng's errors come back to. False: the step failed, see `message`.
bool succeeds(Reader& reader, void (*step)(Reader&)) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  step(reader);
  return true;
}

/// Chunks that say nothing about pixels, of which the compressed ones may hide gigabytes: skipped
/// unread.
void skip_texts(png_structp png) {
  static constexpr png_byte kSkipped[] = "tEXt\0zTXt\0iTXt\0sPLT\0hIST\0pCAL\0sCAL\0tIME";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, kSkipped, sizeof kSkipped / 5);
}

void read_header(Reader& reader) {
  png_set_read_fn(reader.png, &reader, read_bytes);
  skip_texts(reader.png);
  png_set_user_limits(reader.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // ours are checked after
  png_set_chunk_malloc_max(reader.png, kMaxChunkBytes);
  png_read_info(reader.png, reader.info);
}

/// Grey, grey and alpha, RGB or RGBA of 16 bits in this machine's byte order, whatever the file.
void set_output_format(Reader& reader) {
  png_set_expand(reader.png);
  png_set_expand_16(reader.png);
  if constexpr (std::endian::native == std::endian::little) png_set_swap(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
}

void read_pixels(Reader& reader) {
  png_read_image(reader.png, reader.rows.data());
  png_read_end(reader.png, reader.info);  // checks that the end is there; Exif may follow pixels
}

void copy_color_description(const Reader& reader, Decoded& decoded) {
  png_charp profile_name = nullptr;
  int compression = 0;
  png_bytep profile = nullptr;
  png_uint_32 profile_size = 0;
  double gamma = 0;
  if (png_get_iCCP(reader.png, reader.info, &profile_name, &compression, &profile, &profile_size) !=
      0) {
    decoded.profile.assign(profile, profile + profile_size);
  } else if (png_get_valid(reader.png, reader.info, PNG_INFO_sRGB) == 0 &&
             png_get_gAMA(reader.png, reader.info, &gamma) != 0) {
    decoded.gamma = gamma;
  }
}

void copy_exif(const Reader& reader, Decoded& decoded) {
  png_uint_32 size = 0;
  png_bytep exif = nullptr;
  if (png_get_eXIf_1(reader.png, reader.info, &size, &exif) != 0) {
    decoded.exif.assign(exif, exif + size);
  }
}

}  // namespace

Decoded decode_png(std::span<const std::uint8_t> bytes, const std::string& name,
                   int max_megapixels) {
  Reader reader(bytes);
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, on_error, on_warning);
  if (reader.png != nullptr) reader.info = png_create_info_struct(reader.png);
  if (reader.info == nullptr) throw std::bad_alloc();

  const auto require = [&](void (*step)(Reader&)) {
    if (succeeds(reader, step)) return;
    throw InputError(fmt::format("'{}' is a damaged or truncated PNG file ({}); get the file again",
                                 name, reader.message));
  };
  require(read_header);
  const png_uint_32 width = png_get_image_width(reader.png, reader.info);
  const png_uint_32 height = png_get_image_height(reader.png, reader.info);
  check_decoded_size(width, height, max_megapixels, name);
  require(set_output_format);

  Decoded decoded;
  decoded.width = static_cast<int>(width);
  decoded.height = static_cast<int>(height);
  const int color_type = png_get_color_type(reader.png, reader.info);
  decoded.model = (color_type & PNG_COLOR_MASK_COLOR) != 0 ? ColorModel::kRgb : ColorModel::kGrey;
  decoded.has_alpha = (color_type & PNG_COLOR_MASK_ALPHA) != 0;
  const std::size_t row_samples = std::size_t{width} * static_cast<unsigned>(decoded.channels());
  if (png_get_rowbytes(reader.png, reader.info) != row_samples * sizeof(std::uint16_t)) {
    throw InternalError(fmt::format("'{}': libpng gives rows of an unexpected length", name));
  }
  decoded.samples.resize(row_samples * height);
  reader.rows.resize(height);
  for (std::size_t y = 0; y < height; ++y) {
    reader.rows[y] = reinterpret_cast<png_bytep>(decoded.samples.data() + y * row_samples);
  }
  require(read_pixels);
  copy_color_description(reader, decoded);
  copy_exif(reader, decoded);
  return decoded;
}

}  // namespace vggstyle

#include "tools/pictures/formats/readers/png_reader.h"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "runtime/error.h"
#include "tools/pictures/formats/orientation.h"

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
  PictureText text;
  png_bytep row = nullptr;      // where the next one goes
  std::vector<png_bytep> rows;  // of an interlaced file
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

/// Of text chunks, which libpng does not unpack (see skip_texts), tEXt and plain iTXt are kept (PNG, third
/// edition, 11.3.3).
int on_chunk(png_structp png, png_unknown_chunkp chunk) {
  const std::string_view name(reinterpret_cast<const char*>(chunk->name), 4);
  std::string_view text(reinterpret_cast<const char*>(chunk->data), chunk->size);
  if (name != "tEXt" && name != "iTXt") return 1;
  const std::string_view keyword = text.substr(0, text.find('\0'));
  text.remove_prefix(std::min(keyword.size() + 1, text.size()));
  if (name == "iTXt") {
    if (text.size() < 2 || text[0] != 0) return 1;  // compressed
    text.remove_prefix(2);
    for (int skipped = 0; skipped < 2; ++skipped) {  // language, translated keyword
      text.remove_prefix(std::min(text.find('\0'), text.size() - 1) + 1);
      if (text.empty()) return 1;
    }
  }
  static_cast<Reader*>(png_get_user_chunk_ptr(png))->text.emplace_back(keyword, text);
  return 1;
}

/// Chunks that say nothing about pixels, of which the compressed ones may hide gigabytes: libpng skips them
/// unread, or hands them over as they are.
void skip_texts(png_structp png) {
  static constexpr png_byte kSkipped[] = "tEXt\0zTXt\0iTXt\0sPLT\0hIST\0pCAL\0sCAL\0tIME";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, kSkipped, sizeof kSkipped / 5);
}

void read_header(Reader& reader) {
  png_set_read_fn(reader.png, &reader, read_bytes);
  skip_texts(reader.png);
  png_set_read_user_chunk_fn(reader.png, &reader, on_chunk);
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

void read_row(Reader& reader) {
  png_read_row(reader.png, reader.row, nullptr);
}

void read_all_rows(Reader& reader) {
  png_read_image(reader.png, reader.rows.data());
}

void read_end(Reader& reader) {
  png_read_end(reader.png, reader.info);
}

void copy_color_description(const Reader& reader, FileHeader& header) {
  png_charp profile_name = nullptr;
  int compression = 0;
  png_bytep profile = nullptr;
  png_uint_32 profile_size = 0;
  double gamma = 0;
  if (png_get_iCCP(reader.png, reader.info, &profile_name, &compression, &profile, &profile_size) !=
      0) {
    header.profile.assign(profile, profile + profile_size);
  } else if (png_get_valid(reader.png, reader.info, PNG_INFO_sRGB) == 0 &&
             png_get_gAMA(reader.png, reader.info, &gamma) != 0) {
    header.gamma = gamma;
  }
}

void read_orientation(const Reader& reader, FileHeader& header) {
  png_uint_32 size = 0;
  png_bytep exif = nullptr;
  if (png_get_eXIf_1(reader.png, reader.info, &size, &exif) != 0) {
    header.orientation = exif_orientation({exif, size});
  }
}

class PngReader final : public RowReader {
 public:
  PngReader(std::span<const std::uint8_t> bytes, std::string name, int max_megapixels)
      : name_(std::move(name)), reader_(bytes) {
    reader_.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader_, on_error, on_warning);
    if (reader_.png != nullptr) reader_.info = png_create_info_struct(reader_.png);
    if (reader_.info == nullptr) throw std::bad_alloc();
    require(read_header);
    const png_uint_32 width = png_get_image_width(reader_.png, reader_.info);
    const png_uint_32 height = png_get_image_height(reader_.png, reader_.info);
    check_file_size(width, height, max_megapixels, name_);
    require(set_output_format);

    header_.width = static_cast<int>(width);
    header_.height = static_cast<int>(height);
    const int color_type = png_get_color_type(reader_.png, reader_.info);
    header_.model = (color_type & PNG_COLOR_MASK_COLOR) != 0 ? ColorModel::kRgb : ColorModel::kGrey;
    header_.has_alpha = (color_type & PNG_COLOR_MASK_ALPHA) != 0;
    if (png_get_rowbytes(reader_.png, reader_.info) !=
        header_.row_samples() * sizeof(std::uint16_t)) {
      throw InternalError(fmt::format("'{}': libpng gives rows of an unexpected length", name_));
    }
    copy_color_description(reader_, header_);
    read_orientation(reader_, header_);
    header_.text = reader_.text;
  }

  void read(std::span<std::uint16_t> rows) override {
    if (png_get_interlace_type(reader_.png, reader_.info) != PNG_INTERLACE_NONE) {
      if (whole_.empty()) read_whole();
      const auto from = whole_.begin() + static_cast<std::ptrdiff_t>(taken_);
      std::copy_n(from, rows.size(), rows.begin());
      taken_ += rows.size();
      return;
    }
    for (std::size_t start = 0; start < rows.size(); start += header_.row_samples()) {
      reader_.row = reinterpret_cast<png_bytep>(rows.data() + start);
      require(read_row);
    }
  }

  void finish() override {
    require(read_end);
    read_orientation(reader_, header_);
  }

 private:
  void require(void (*step)(Reader&)) {
    if (succeeds(reader_, step)) return;
    throw InputError(fmt::format("'{}' is a damaged or truncated PNG file ({}); get the file again",
                                 name_, reader_.message));
  }

  void read_whole() {
    const auto height = static_cast<std::size_t>(header_.height);
    whole_.resize(header_.row_samples() * height);
    reader_.rows.resize(height);
    for (std::size_t y = 0; y < height; ++y) {
      reader_.rows[y] = reinterpret_cast<png_bytep>(whole_.data() + y * header_.row_samples());
    }
    require(read_all_rows);
  }

  std::string name_;
  Reader reader_;
  std::vector<std::uint16_t> whole_;  // an interlaced file
  std::size_t taken_ = 0;             // samples of it
};

}  // namespace

std::unique_ptr<RowReader> open_png(std::span<const std::uint8_t> bytes, const std::string& name,
                                    int max_megapixels) {
  return std::make_unique<PngReader>(bytes, name, max_megapixels);
}

}  // namespace vggstyle

#include "tools/pictures/formats/jpeg_reader.h"

#include <fmt/format.h>

#include <csetjmp>
#include <cstdio>  // before jpeglib.h, which needs it
#include <cstdlib>
#include <cstring>

#include <jerror.h>
#include <jpeglib.h>

#include "runtime/error.h"

namespace vggstyle {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr int kProfileMarker = JPEG_APP0 + 2;
constexpr unsigned kWholeMarker = 0xFFFF;

// Passes over pixels, of all scans: what takes a second, and what a byte of the file may cost beyond.
constexpr int kMostScans = 200;
constexpr double kLittleWork = 100e6;
constexpr double kWorkPerByte = 2000;

/// Everything that outlives a step. libjpeg reports errors by longjmp, over frames whose
/// destructors would not run; so nothing with a destructor lives in a step, only here.
struct Reader {
  explicit Reader(std::span<const std::uint8_t> file) : bytes(file) {}
  ~Reader() {
    jpeg_destroy_decompress(&jpeg);
    std::free(profile);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::span<const std::uint8_t> bytes;
  jpeg_decompress_struct jpeg{};  // zero: destroying it before it is created does nothing
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf back{};
  char message[JMSG_LENGTH_MAX] = "";
  std::vector<JSAMPLE> row;
  JOCTET* profile = nullptr;  // from malloc
  unsigned profile_size = 0;
};

[[noreturn]] void on_error(j_common_ptr jpeg) {
  auto* reader = static_cast<Reader*>(jpeg->client_data);
  jpeg->err->format_message(jpeg, reader->message);
  std::longjmp(reader->back, 1);
}

/// libjpeg warns and invents pixels where data are missing or make no sense; such a picture is
/// not the one that was stored.
void on_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;  // a trace
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
      on_error(jpeg);
    default:
      break;  // such as bytes too many between two markers: harmless
  }
}

void on_output(j_common_ptr) {}

/// A progressive file may have any number of scans, each of which costs a pass over the whole
/// picture and may take no more than a few bytes.
void on_progress(j_common_ptr common) {
  auto* reader = static_cast<Reader*>(common->client_data);
  const jpeg_decompress_struct& jpeg = reader->jpeg;
  const double pixels = double{1} * jpeg.image_width * jpeg.image_height;
  const double work = pixels * jpeg.input_scan_number;
  if (jpeg.input_scan_number <= kMostScans &&
      (work <= kLittleWork || work <= kWorkPerByte * static_cast<double>(reader->bytes.size()))) {
    return;
  }
  std::snprintf(reader->message, sizeof reader->message, "it has too many scans for its size");
  std::longjmp(reader->back, 1);
}

/// The one place that libjpeg's errors come back to. False: the step failed, see `message`.
bool succeeds(Reader& reader, void (*step)(Reader&)) {
  if (setjmp(reader.back) != 0) return false;
  step(reader);
  return true;
}

void read_header(Reader& reader) {
  jpeg_create_decompress(&reader.jpeg);
  jpeg_mem_src(&reader.jpeg, reader.bytes.data(), reader.bytes.size());
  jpeg_save_markers(&reader.jpeg, kExifMarker, kWholeMarker);
  jpeg_save_markers(&reader.jpeg, kProfileMarker, kWholeMarker);
  jpeg_read_header(&reader.jpeg, TRUE);
  if (reader.jpeg.arith_code == FALSE) return;
  // Nobody writes it, and libjpeg takes damaged data, or a header that lies, for a picture of noise.
  std::snprintf(reader.message, sizeof reader.message, "arithmetic coding");
  std::longjmp(reader.back, 1);
}

/// Grey stays grey and four channels stay four; libjpeg turns all else into RGB, or refuses.
void start(Reader& reader) {
  jpeg_decompress_struct& jpeg = reader.jpeg;
  switch (jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
      jpeg.out_color_space = JCS_GRAYSCALE;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      jpeg.out_color_space = JCS_CMYK;
      break;
    default:
      jpeg.out_color_space = JCS_RGB;
  }
  reader.progress.progress_monitor = on_progress;
  jpeg.progress = &reader.progress;
  jpeg_start_decompress(&jpeg);
}

void read_row(Reader& reader) {
  JSAMPROW row = reader.row.data();
  jpeg_read_scanlines(&reader.jpeg, &row, 1);
}

/// To be called before finish(), which forgets the markers.
void read_profile(Reader& reader) {
  // False for a profile with parts missing: then there is none, and the picture is read as sRGB.
  jpeg_read_icc_profile(&reader.jpeg, &reader.profile, &reader.profile_size);
}

/// Checks that the end of the picture is there.
void finish(Reader& reader) {
  jpeg_finish_decompress(&reader.jpeg);
}

void copy_exif(const Reader& reader, Decoded& decoded) {
  constexpr char kSignature[] = {'E', 'x', 'i', 'f', 0, 0};
  for (const jpeg_marker_struct* marker = reader.jpeg.marker_list; marker != nullptr;
       marker = marker->next) {
    if (marker->marker == kExifMarker && marker->data_length > sizeof kSignature &&
        std::memcmp(marker->data, kSignature, sizeof kSignature) == 0) {
      decoded.exif.assign(marker->data + sizeof kSignature, marker->data + marker->data_length);
      return;
    }
  }
}

ColorModel color_model(J_COLOR_SPACE space) {
  return space == JCS_GRAYSCALE ? ColorModel::kGrey
         : space == JCS_CMYK    ? ColorModel::kCmyk
                                : ColorModel::kRgb;
}

}  // namespace

Decoded decode_jpeg(std::span<const std::uint8_t> bytes, const std::string& name,
                    int max_megapixels) {
  Reader reader(bytes);
  reader.jpeg.err = jpeg_std_error(&reader.errors);
  reader.jpeg.client_data = &reader;
  reader.errors.error_exit = on_error;
  reader.errors.emit_message = on_message;
  reader.errors.output_message = on_output;

  const auto require = [&](void (*step)(Reader&)) {
    if (succeeds(reader, step)) return;
    throw InputError(
        fmt::format("'{}' is a damaged, truncated or unsupported JPEG file ({}); get the file "
                    "again, or convert it to PNG",
                    name, reader.message));
  };
  require(read_header);
  check_decoded_size(reader.jpeg.image_width, reader.jpeg.image_height, max_megapixels, name);
  require(start);

  Decoded decoded;
  decoded.width = static_cast<int>(reader.jpeg.output_width);
  decoded.height = static_cast<int>(reader.jpeg.output_height);
  decoded.model = color_model(reader.jpeg.out_color_space);
  // Adobe's programs store 255 - ink, and say so with their marker.
  const bool paper_is_255 =
      decoded.model == ColorModel::kCmyk && reader.jpeg.saw_Adobe_marker != FALSE;
  const std::size_t row_samples =
      std::size_t{reader.jpeg.output_width} * static_cast<unsigned>(decoded.channels());
  reader.row.resize(row_samples);
  decoded.samples.resize(row_samples * reader.jpeg.output_height);
  auto* out = decoded.samples.data();
  while (reader.jpeg.output_scanline < reader.jpeg.output_height) {
    require(read_row);
    for (const JSAMPLE sample : reader.row) {
      *out++ = static_cast<std::uint16_t>(257 * (paper_is_255 ? 255 - sample : sample));
    }
  }
  require(read_profile);
  if (reader.profile != nullptr) {
    decoded.profile.assign(reader.profile, reader.profile + reader.profile_size);
  }
  copy_exif(reader, decoded);
  require(finish);
  return decoded;
}

}  // namespace vggstyle

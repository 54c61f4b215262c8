#include "tools/pictures/formats/readers/jpeg_reader.h"

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstdio>  // before jpeglib.h, which needs it
#include <cstdlib>
#include <cstring>
#include <utility>

#include <jerror.h>
#include <jpeglib.h>

#include "tools/pictures/formats/orientation.h"

namespace vggstyle {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr int kProfileMarker = JPEG_APP0 + 2;
constexpr unsigned kWholeMarker = 0xFFFF;

// Passes over pixels, of all scans: what takes a second, and what a byte of the file may cost beyond.
constexpr int kMostScans = 200;        // or more, if pictures may be larger than usual
constexpr double kLittleWork = 100e6;  // and as much as the megapixels that are allowed
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
  int most_scans = kMostScans;
  double little_work = kLittleWork;
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
  if (jpeg.input_scan_number <= reader->most_scans &&
      (work <= reader->little_work ||
       work <= kWorkPerByte * static_cast<double>(reader->bytes.size()))) {
    return;
  }
  std::snprintf(reader->message, sizeof reader->message,
                "it has too many scans for its size (--max-megapixels allows more)");
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
  jpeg_save_markers(&reader.jpeg, JPEG_COM, kWholeMarker);
  jpeg_read_header(&reader.jpeg, TRUE);
  if (reader.jpeg.arith_code == FALSE) return;
  // Nobody writes it, and libjpeg takes damaged data, or a header that lies, for a picture of noise.
  std::snprintf(reader.message, sizeof reader.message, "arithmetic coding");
  std::longjmp(reader.back, 1);
}

/// Grey stays grey and four channels stay four; libjpeg turns all else into RGB, or refuses.
void choose_output(Reader& reader) {
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
  jpeg_calc_output_dimensions(&jpeg);
}

void start(Reader& reader) {
  reader.progress.progress_monitor = on_progress;
  reader.jpeg.progress = &reader.progress;
  jpeg_start_decompress(&reader.jpeg);
}

void read_row(Reader& reader) {
  JSAMPROW row = reader.row.data();
  jpeg_read_scanlines(&reader.jpeg, &row, 1);
}

void read_profile(Reader& reader) {
  // False for a profile with parts missing: then there is none, and the picture is read as sRGB.
  jpeg_read_icc_profile(&reader.jpeg, &reader.profile, &reader.profile_size);
}

void read_end(Reader& reader) {
  jpeg_finish_decompress(&reader.jpeg);
}

void read_comments(const Reader& reader, FileHeader& header) {
  for (const jpeg_marker_struct* marker = reader.jpeg.marker_list; marker != nullptr;
       marker = marker->next) {
    if (marker->marker != JPEG_COM) continue;
    add_text({reinterpret_cast<const char*>(marker->data), marker->data_length}, header.text);
  }
}

void read_orientation(const Reader& reader, FileHeader& header) {
  constexpr char kSignature[] = {'E', 'x', 'i', 'f', 0, 0};
  for (const jpeg_marker_struct* marker = reader.jpeg.marker_list; marker != nullptr;
       marker = marker->next) {
    if (marker->marker == kExifMarker && marker->data_length > sizeof kSignature &&
        std::memcmp(marker->data, kSignature, sizeof kSignature) == 0) {
      header.orientation = exif_orientation({marker->data, marker->data_length});
      return;
    }
  }
}

ColorModel color_model(J_COLOR_SPACE space) {
  return space == JCS_GRAYSCALE ? ColorModel::kGrey
         : space == JCS_CMYK    ? ColorModel::kCmyk
                                : ColorModel::kRgb;
}

class JpegReader final : public RowReader {
 public:
  JpegReader(std::span<const std::uint8_t> bytes, std::string name, int max_megapixels)
      : name_(std::move(name)), reader_(bytes) {
    reader_.jpeg.err = jpeg_std_error(&reader_.errors);
    reader_.jpeg.client_data = &reader_;
    reader_.most_scans = std::max(kMostScans, 2 * max_megapixels);
    reader_.little_work = std::max(kLittleWork, 1e6 * max_megapixels);
    reader_.errors.error_exit = on_error;
    reader_.errors.emit_message = on_message;
    reader_.errors.output_message = on_output;

    require(read_header);
    check_file_size(reader_.jpeg.image_width, reader_.jpeg.image_height, max_megapixels, name_);
    require(read_profile);
    if (reader_.profile != nullptr) {
      header_.profile.assign(reader_.profile, reader_.profile + reader_.profile_size);
    }
    read_orientation(reader_, header_);
    read_comments(reader_, header_);
    choose_size();
    header_.model = color_model(reader_.jpeg.out_color_space);
  }

  void reduce(int factor) override {
    constexpr unsigned kMost = 8;
    const auto at_most = static_cast<unsigned>(std::max(factor, 1));
    reader_.jpeg.scale_num = 1;
    reader_.jpeg.scale_denom = std::bit_floor(std::min(at_most, kMost));
    header_.reduced_by = static_cast<int>(reader_.jpeg.scale_denom);
    choose_size();
  }

  void read(std::span<std::uint16_t> rows) override {
    if (!started_) {
      require(start);
      started_ = true;
      reader_.row.resize(header_.row_samples());
    }
    // Adobe's programs store 255 - ink, and say so with their marker.
    const bool paper_is_255 =
        header_.model == ColorModel::kCmyk && reader_.jpeg.saw_Adobe_marker != FALSE;
    for (auto out = rows.begin(); out != rows.end();) {
      require(read_row);
      for (const JSAMPLE sample : reader_.row) {
        *out++ = static_cast<std::uint16_t>(257 * (paper_is_255 ? 255 - sample : sample));
      }
    }
  }

  void finish() override { require(read_end); }

 private:
  void require(void (*step)(Reader&)) {
    if (succeeds(reader_, step)) return;
    refuse_file(name_, "JPEG", reader_.message);
  }

  void choose_size() {
    require(choose_output);
    header_.width = static_cast<int>(reader_.jpeg.output_width);
    header_.height = static_cast<int>(reader_.jpeg.output_height);
  }

  std::string name_;
  Reader reader_;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<RowReader> open_jpeg(std::span<const std::uint8_t> bytes, const std::string& name,
                                     int max_megapixels) {
  return std::make_unique<JpegReader>(bytes, name, max_megapixels);
}

}  // namespace vggstyle

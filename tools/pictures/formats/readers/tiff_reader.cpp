#include "tools/pictures/formats/readers/tiff_reader.h"

#include <fmt/format.h>
#include <cstring>
#include <optional>
#include <utility>

#include "runtime/error.h"
#include "tools/pictures/formats/tiff_memory.h"

namespace vggstyle {
namespace {

template <typename T>
T field(TIFF* tiff, ttag_t tag, T otherwise = 0) {
  T value = otherwise;
  return TIFFGetFieldDefaulted(tiff, tag, &value) != 0 ? value : otherwise;
}

/// Samples that are decoded row by row, as they are.
struct Samples {
  int bits = 8,
      each = 1;  // samples of a pixel, of which those beyond header.channels() are skipped
  bool is_multiplied = false;  // colours by alpha
};

/// The colour model of the samples, if they are plain ones.
std::optional<ColorModel> plain_model(TIFF* tiff) {
  const auto bits = field<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE);
  if (TIFFIsTiled(tiff) != 0 || (bits != 8 && bits != 16) ||
      field<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG) != PLANARCONFIG_CONTIG ||
      field<std::uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT) != SAMPLEFORMAT_UINT) {
    return std::nullopt;
  }
  switch (field<std::uint16_t>(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE)) {
    case PHOTOMETRIC_MINISBLACK:
      return ColorModel::kGrey;
    case PHOTOMETRIC_RGB:
      return ColorModel::kRgb;
    case PHOTOMETRIC_SEPARATED:
      if (field<std::uint16_t>(tiff, TIFFTAG_INKSET) != INKSET_CMYK) return std::nullopt;
      return ColorModel::kCmyk;
    default:
      return std::nullopt;
  }
}

class TiffReader final : public RowReader {
 public:
  TiffReader(std::span<const std::uint8_t> bytes, std::string name, int max_megapixels)
      : name_(std::move(name)), memory_{.bytes = bytes}, tiff_(open_tiff_memory(memory_, "r")) {
    if (tiff_ == nullptr) refuse(memory_.message);
    refuse_raw_camera_file();
    const auto width = field<std::uint32_t>(tiff_.get(), TIFFTAG_IMAGEWIDTH);
    const auto height = field<std::uint32_t>(tiff_.get(), TIFFTAG_IMAGELENGTH);
    if (width == 0 || height == 0) refuse("it has no pixels");
    check_file_size(width, height, max_megapixels, name_);
    header_.width = static_cast<int>(width);
    header_.height = static_cast<int>(height);
    header_.orientation = field<std::uint16_t>(tiff_.get(), TIFFTAG_ORIENTATION, 1);
    if (header_.orientation < 1 || header_.orientation > 8) header_.orientation = 1;
    std::uint32_t size = 0;
    const std::uint8_t* profile = nullptr;
    if (TIFFGetField(tiff_.get(), TIFFTAG_ICCPROFILE, &size, &profile) != 0) {
      header_.profile.assign(profile, profile + size);
    }
    const char* description = nullptr;
    if (TIFFGetField(tiff_.get(), TIFFTAG_IMAGEDESCRIPTION, &description) != 0) {
      add_text(description, header_.text);
    }
    choose_way();
  }

  void read(std::span<std::uint16_t> rows) override {
    if (!samples_ && raster_.empty()) decode_whole();
    for (std::size_t at = 0; at < rows.size(); at += header_.row_samples()) {
      const auto row = rows.subspan(at, header_.row_samples());
      samples_ ? read_row(row) : take_row(row);
      ++row_;
    }
  }

 private:
  [[noreturn]] void refuse(const char* reason) const { refuse_file(name_, "TIFF", reason); }

  void refuse_raw_camera_file() const {
    const bool is_canon =
        memory_.bytes.size() > 10 && memory_.bytes[8] == 'C' && memory_.bytes[9] == 'R';
    if (!is_canon &&
        (field<std::uint32_t>(tiff_.get(), TIFFTAG_SUBFILETYPE) & FILETYPE_REDUCEDIMAGE) == 0) {
      return;
    }
    throw InputError(fmt::format(
        "'{}' is a raw camera file, or begins with a thumbnail: develop it to TIFF or PNG", name_));
  }

  void choose_way() {
    const std::optional<ColorModel> model = plain_model(tiff_.get());
    if (model) {
      header_.model = *model;
      Samples samples;
      samples.bits = field<std::uint16_t>(tiff_.get(), TIFFTAG_BITSPERSAMPLE);
      samples.each = field<std::uint16_t>(tiff_.get(), TIFFTAG_SAMPLESPERPIXEL);
      if (samples.each < header_.color_channels()) refuse("it lacks colours");
      std::uint16_t count = 0;
      const std::uint16_t* extra = nullptr;
      if (samples.each > header_.color_channels() &&
          TIFFGetField(tiff_.get(), TIFFTAG_EXTRASAMPLES, &count, &extra) != 0 && count > 0) {
        samples.is_multiplied = extra[0] == EXTRASAMPLE_ASSOCALPHA;
        header_.has_alpha = samples.is_multiplied || extra[0] == EXTRASAMPLE_UNASSALPHA;
      }
      const auto row_bytes = static_cast<std::uint64_t>(header_.width) *
                             static_cast<std::uint64_t>(samples.each * samples.bits / 8);
      if (TIFFScanlineSize64(tiff_.get()) != row_bytes) refuse("its rows make no sense");
      samples_ = samples;
      line_.resize(row_bytes);
      return;
    }
    char reason[1024] = "";
    if (TIFFRGBAImageOK(tiff_.get(), reason) == 0) refuse(reason);
    header_.model = ColorModel::kRgb;
    header_.has_alpha = true;
  }

  void read_row(std::span<std::uint16_t> row) {
    if (TIFFReadScanline(tiff_.get(), line_.data(), row_, 0) != 1) refuse(memory_.message);
    const auto channels = static_cast<std::size_t>(header_.channels());
    const auto each = static_cast<std::size_t>(samples_->each);
    for (std::size_t x = 0; x < row.size() / channels; ++x) {
      std::uint16_t* pixel = row.data() + x * channels;
      for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t i = x * each + c;
        if (samples_->bits == 8) {
          pixel[c] = static_cast<std::uint16_t>(257 * line_[i]);
        } else {
          std::memcpy(pixel + c, line_.data() + 2 * i, 2);  // libtiff has put the bytes in order
        }
      }
      for (std::size_t c = 0; samples_->is_multiplied && c + 1 < channels; ++c) {
        pixel[c] = unmultiplied(pixel[c], pixel[channels - 1]);
      }
    }
  }

  /// By libtiff, to RGBA of 8 bits, colours times alpha, rows in the order of the file.
  void decode_whole() {
    char reason[1024] = "";
    TIFFRGBAImage image;
    if (TIFFRGBAImageBegin(&image, tiff_.get(), 1, reason) == 0) refuse(reason);
    image.req_orientation = image.orientation;
    raster_.resize(static_cast<std::size_t>(header_.width) *
                   static_cast<std::size_t>(header_.height));
    const int result =
        TIFFRGBAImageGet(&image, raster_.data(), static_cast<std::uint32_t>(header_.width),
                         static_cast<std::uint32_t>(header_.height));
    TIFFRGBAImageEnd(&image);
    if (result == 0) refuse(memory_.message);
  }

  void take_row(std::span<std::uint16_t> row) const {
    const std::uint32_t* from = raster_.data() + row_ * static_cast<std::size_t>(header_.width);
    for (std::size_t x = 0; x < row.size() / 4; ++x) {
      const std::uint32_t pixel = from[x];
      const auto alpha = static_cast<std::uint16_t>(257 * TIFFGetA(pixel));
      row[4 * x] = unmultiplied(257 * TIFFGetR(pixel), alpha);
      row[4 * x + 1] = unmultiplied(257 * TIFFGetG(pixel), alpha);
      row[4 * x + 2] = unmultiplied(257 * TIFFGetB(pixel), alpha);
      row[4 * x + 3] = alpha;
    }
  }

  std::string name_;
  TiffMemory memory_;
  Tiff tiff_;
  std::optional<Samples> samples_;     // none: the picture comes as a whole
  std::vector<std::uint8_t> line_;     // of samples
  std::vector<std::uint32_t> raster_;  // the whole picture
  std::uint32_t row_ = 0;              // that comes next
};

}  // namespace

std::unique_ptr<RowReader> open_tiff(std::span<const std::uint8_t> bytes, const std::string& name,
                                     int max_megapixels) {
  return std::make_unique<TiffReader>(bytes, name, max_megapixels);
}

}  // namespace vggstyle

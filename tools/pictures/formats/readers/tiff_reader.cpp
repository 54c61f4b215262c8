#include "tools/pictures/formats/readers/tiff_reader.h"

#include <fmt/format.h>
#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "runtime/error.h"

namespace vggstyle {
namespace {

/// The file, and what libtiff last complained of.
struct Source {
  std::span<const std::uint8_t> bytes;
  std::size_t position = 0;
  char message[256] = "it makes no sense";
};

int on_error(TIFF*, void* user, const char*, const char* format, std::va_list values) {
  auto* source = static_cast<Source*>(user);
  std::vsnprintf(source->message, sizeof source->message, format, values);
  return 1;
}

int on_warning(TIFF*, void*, const char*, const char*, std::va_list) {
  return 1;
}

tmsize_t read_bytes(thandle_t handle, void* target, tmsize_t count) {
  auto* source = static_cast<Source*>(handle);
  const std::size_t left = source->bytes.size() - std::min(source->position, source->bytes.size());
  const std::size_t given = std::min(left, static_cast<std::size_t>(std::max<tmsize_t>(count, 0)));
  if (given > 0) std::memcpy(target, source->bytes.data() + source->position, given);
  source->position += given;
  return static_cast<tmsize_t>(given);
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
  auto* source = static_cast<Source*>(handle);
  const toff_t from = whence == SEEK_CUR   ? source->position
                      : whence == SEEK_END ? source->bytes.size()
                                           : 0;
  source->position = static_cast<std::size_t>(from + offset);
  return source->position;
}

toff_t size(thandle_t handle) {
  return static_cast<Source*>(handle)->bytes.size();
}

int map(thandle_t handle, void** base, toff_t* bytes) {
  const auto* source = static_cast<Source*>(handle);
  *base = const_cast<std::uint8_t*>(source->bytes.data());  // is only read
  *bytes = source->bytes.size();
  return 1;
}

struct Closer {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};
using Tiff = std::unique_ptr<TIFF, Closer>;

Tiff open_source(Source& source) {
  const std::unique_ptr<TIFFOpenOptions, Closer> options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, nullptr);
  return Tiff(TIFFClientOpenExt(
      "picture", "r", &source, read_bytes,
      [](thandle_t, void*, tmsize_t) -> tmsize_t { return -1; }, seek, [](thandle_t) { return 0; },
      size, map, [](thandle_t, void*, toff_t) {}, options.get()));
}

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
      : name_(std::move(name)), source_{bytes}, tiff_(open_source(source_)) {
    if (tiff_ == nullptr) refuse(source_.message);
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
        source_.bytes.size() > 10 && source_.bytes[8] == 'C' && source_.bytes[9] == 'R';
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
    if (TIFFReadScanline(tiff_.get(), line_.data(), row_, 0) != 1) refuse(source_.message);
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
    if (result == 0) refuse(source_.message);
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
  Source source_;
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

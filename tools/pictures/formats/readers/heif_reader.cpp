#include "tools/pictures/formats/readers/heif_reader.h"

#include <libheif/heif.h>

#include <algorithm>
#include <utility>

#include "tools/pictures/formats/srgb_profile.h"

namespace vggstyle {
namespace {

struct Deleter {
  void operator()(heif_context* context) const { heif_context_free(context); }
  void operator()(heif_image_handle* handle) const { heif_image_handle_release(handle); }
  void operator()(heif_image* image) const { heif_image_release(image); }
  void operator()(heif_color_profile_nclx* nclx) const { heif_nclx_color_profile_free(nclx); }
};

/// What numbers say instead of a profile ("nclx"). Empty: they do not, or a curve of HDR, which is taken for sRGB's.
std::vector<std::uint8_t> numbered_profile(const heif_image_handle* handle) {
  heif_color_profile_nclx* found = nullptr;
  if (heif_image_handle_get_nclx_color_profile(handle, &found).code != heif_error_Ok) return {};
  const std::unique_ptr<heif_color_profile_nclx, Deleter> nclx(found);
  if (nclx->color_primaries == heif_color_primaries_unspecified) return {};
  return profile_of(
      {nclx->color_primary_red_x, nclx->color_primary_red_y, nclx->color_primary_green_x,
       nclx->color_primary_green_y, nclx->color_primary_blue_x, nclx->color_primary_blue_y,
       nclx->color_primary_white_x, nclx->color_primary_white_y},
      nclx->transfer_characteristics);
}

std::vector<std::uint8_t> profile_of(const heif_image_handle* handle) {
  const heif_color_profile_type type = heif_image_handle_get_color_profile_type(handle);
  if (type == heif_color_profile_type_nclx) return numbered_profile(handle);
  if (type != heif_color_profile_type_prof && type != heif_color_profile_type_rICC) return {};
  std::vector<std::uint8_t> bytes(heif_image_handle_get_raw_color_profile_size(handle));
  if (heif_image_handle_get_raw_color_profile(handle, bytes.data()).code != heif_error_Ok)
    return {};
  return bytes;
}

class HeifReader final : public RowReader {
 public:
  HeifReader(std::span<const std::uint8_t> bytes, std::string name, int max_megapixels)
      : name_(std::move(name)), context_(heif_context_alloc()) {
    require(heif_context_read_from_memory_without_copy(context_.get(), bytes.data(), bytes.size(),
                                                       nullptr));
    heif_image_handle* handle = nullptr;
    require(heif_context_get_primary_image_handle(context_.get(), &handle));
    handle_.reset(handle);
    header_.width = heif_image_handle_get_width(handle);
    header_.height = heif_image_handle_get_height(handle);
    if (header_.width < 1 || header_.height < 1) refuse("it has no pixels");
    check_file_size(static_cast<unsigned long>(header_.width),
                    static_cast<unsigned long>(header_.height), max_megapixels, name_);
    header_.has_alpha = true;
    header_.profile = profile_of(handle);
    is_deep_ = heif_image_handle_get_luma_bits_per_pixel(handle) > 8;
  }

  void read(std::span<std::uint16_t> rows) override {
    if (image_ == nullptr) decode();
    for (std::size_t at = 0; at < rows.size(); at += header_.row_samples()) {
      read_row(rows.subspan(at, header_.row_samples()));
    }
  }

 private:
  [[noreturn]] void refuse(const char* reason) const { refuse_file(name_, "HEIC or AVIF", reason); }
  void require(const heif_error& error) const {
    if (error.code != heif_error_Ok) refuse(error.message);
  }

  void decode() {
    heif_image* image = nullptr;
    require(heif_decode_image(
        handle_.get(), &image, heif_colorspace_RGB,
        is_deep_ ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RGBA, nullptr));
    image_.reset(image);
    plane_ = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride_);
    if (plane_ == nullptr ||
        heif_image_get_width(image, heif_channel_interleaved) != header_.width ||
        heif_image_get_height(image, heif_channel_interleaved) != header_.height) {
      refuse("its pixels make no sense");
    }
    const int bits =
        is_deep_ ? heif_image_get_bits_per_pixel_range(image, heif_channel_interleaved) : 8;
    if (bits < 8 || bits > 16) refuse("its depth makes no sense");
    most_ = (1U << static_cast<unsigned>(bits)) - 1;
    is_multiplied_ = heif_image_handle_is_premultiplied_alpha(handle_.get()) != 0;
  }

  void read_row(std::span<std::uint16_t> row) {
    constexpr unsigned kFull = 65535;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const unsigned value =
          is_deep_ ? plane_[2 * i] + 256U * plane_[2 * i + 1] : unsigned{plane_[i]};
      row[i] = static_cast<std::uint16_t>((std::min(value, most_) * kFull + most_ / 2) / most_);
    }
    for (std::size_t i = 0; is_multiplied_ && i < row.size(); ++i) {
      if (i % 4 != 3) row[i] = unmultiplied(row[i], row[i | 3U]);
    }
    plane_ += stride_;
  }

  std::string name_;
  std::unique_ptr<heif_context, Deleter> context_;
  std::unique_ptr<heif_image_handle, Deleter> handle_;
  std::unique_ptr<heif_image, Deleter> image_;
  const std::uint8_t* plane_ = nullptr;  // of the image: the row that comes next
  int stride_ = 0;                       // bytes
  bool is_deep_ = false;                 // samples of 2 bytes, little-endian
  bool is_multiplied_ = false;
  unsigned most_ = 255;
};

}  // namespace

std::unique_ptr<RowReader> open_heif(std::span<const std::uint8_t> bytes, const std::string& name,
                                     int max_megapixels) {
  return std::make_unique<HeifReader>(bytes, name, max_megapixels);
}

}  // namespace vggstyle

#include "tools/pictures/formats/writers/tiff_writer.h"

#include <fmt/format.h>
#include <algorithm>

#include "runtime/error.h"
#include "tools/pictures/formats/srgb_profile.h"
#include "tools/pictures/formats/tiff_memory.h"
#include "tools/pictures/formats/writers/quantize.h"

namespace vggstyle {
namespace {

constexpr std::uint32_t kStripBytes = 1 << 16;

void describe(TIFF* tiff, const Picture& picture, const Picture* alpha, int bits,
              const std::string& description, const std::vector<std::uint8_t>& profile) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(picture.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(picture.height));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, channels_with(alpha));
  if (alpha != nullptr) {
    const std::uint16_t kind = EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
  }
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(profile.size()),
               profile.data());
  TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, description.c_str());
  const auto row_bytes =
      static_cast<std::uint32_t>(channels_with(alpha) * picture.width * bits / 8);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, std::max(1U, kStripBytes / row_bytes));
}

template <typename T>
bool write_rows(TIFF* tiff, const Picture& picture, const Picture* alpha) {
  std::vector<T> row(static_cast<std::size_t>(channels_with(alpha) * picture.width));
  for (std::uint32_t y = 0; y < static_cast<std::uint32_t>(picture.height); ++y) {
    quantize_row(picture, alpha, y, row.data());
    if (TIFFWriteScanline(tiff, row.data(), y, 0) != 1) return false;
  }
  return true;
}

}  // namespace

std::vector<std::uint8_t> encode_tiff(const Picture& picture, const Picture* alpha, int bits,
                                      const std::string& description,
                                      const std::vector<std::uint8_t>& profile) {
  TiffMemory memory;
  bool is_whole = false;
  {
    const Tiff tiff = open_tiff_memory(memory, "w");
    if (tiff != nullptr) {
      describe(tiff.get(), picture, alpha, bits, description,
               profile.empty() ? srgb_profile() : profile);
      is_whole = (bits == 16 ? write_rows<std::uint16_t>(tiff.get(), picture, alpha)
                             : write_rows<std::uint8_t>(tiff.get(), picture, alpha)) &&
                 TIFFFlush(tiff.get()) == 1;
    }
  }
  if (!is_whole) {
    throw InternalError(fmt::format("cannot encode a TIFF picture: {}", memory.message));
  }
  return memory.written;
}

}  // namespace vggstyle

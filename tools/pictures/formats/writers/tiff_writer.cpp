#include "tools/pictures/formats/writers/tiff_writer.h"

#include <fmt/format.h>
#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "runtime/error.h"
#include "tools/pictures/formats/srgb_profile.h"
#include "tools/pictures/formats/writers/quantize.h"

namespace vggstyle {
namespace {

constexpr std::uint32_t kStripBytes = 1 << 16;

/// A file in memory, and what libtiff last complained of.
struct Target {
  std::vector<std::uint8_t> bytes;
  std::size_t position = 0;
  char message[256] = "";
};

int on_error(TIFF*, void* user, const char*, const char* format, std::va_list values) {
  auto* target = static_cast<Target*>(user);
  std::vsnprintf(target->message, sizeof target->message, format, values);
  return 1;
}

tmsize_t read_bytes(thandle_t handle, void* to, tmsize_t count) {
  auto* target = static_cast<Target*>(handle);
  const std::size_t left = target->bytes.size() - std::min(target->position, target->bytes.size());
  const std::size_t given = std::min(left, static_cast<std::size_t>(count));
  if (given > 0) std::memcpy(to, target->bytes.data() + target->position, given);
  target->position += given;
  return static_cast<tmsize_t>(given);
}

tmsize_t write_bytes(thandle_t handle, void* from, tmsize_t count) {
  auto* target = static_cast<Target*>(handle);
  const std::size_t end = target->position + static_cast<std::size_t>(count);
  if (end > target->bytes.size()) target->bytes.resize(end);
  std::memcpy(target->bytes.data() + target->position, from, static_cast<std::size_t>(count));
  target->position = end;
  return count;
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
  auto* target = static_cast<Target*>(handle);
  const toff_t from = whence == SEEK_CUR   ? target->position
                      : whence == SEEK_END ? target->bytes.size()
                                           : 0;
  target->position = static_cast<std::size_t>(from + offset);
  return target->position;
}

struct Closer {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

std::unique_ptr<TIFF, Closer> open_target(Target& target) {
  const std::unique_ptr<TIFFOpenOptions, Closer> options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &target);
  return std::unique_ptr<TIFF, Closer>(TIFFClientOpenExt(
      "picture", "w", &target, read_bytes, write_bytes, seek, [](thandle_t) { return 0; },
      [](thandle_t handle) -> toff_t { return static_cast<Target*>(handle)->bytes.size(); },
      nullptr, nullptr, options.get()));
}

void describe(TIFF* tiff, const Picture& picture, int bits, const std::string& description) {
  const std::vector<std::uint8_t> profile = srgb_profile();
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(picture.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(picture.height));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(profile.size()),
               profile.data());
  TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, description.c_str());
  const auto row_bytes = static_cast<std::uint32_t>(3 * picture.width * bits / 8);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, std::max(1U, kStripBytes / row_bytes));
}

template <typename T>
bool write_rows(TIFF* tiff, const Picture& picture) {
  std::vector<T> row(static_cast<std::size_t>(3 * picture.width));
  for (std::uint32_t y = 0; y < static_cast<std::uint32_t>(picture.height); ++y) {
    quantize_row(picture, y, row.data());
    if (TIFFWriteScanline(tiff, row.data(), y, 0) != 1) return false;
  }
  return true;
}

}  // namespace

std::vector<std::uint8_t> encode_tiff(const Picture& picture, int bits,
                                      const std::string& description) {
  Target target;
  bool is_whole = false;
  {
    const auto tiff = open_target(target);
    if (tiff != nullptr) {
      describe(tiff.get(), picture, bits, description);
      is_whole = (bits == 16 ? write_rows<std::uint16_t>(tiff.get(), picture)
                             : write_rows<std::uint8_t>(tiff.get(), picture)) &&
                 TIFFFlush(tiff.get()) == 1;
    }
  }
  if (!is_whole) {
    throw InternalError(fmt::format("cannot encode a TIFF picture: {}", target.message));
  }
  return target.bytes;
}

}  // namespace vggstyle

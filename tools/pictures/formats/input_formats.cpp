#include "tools/pictures/formats/input_formats.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "runtime/error.h"
#include "tools/pictures/formats/readers/bmp_reader.h"
#include "tools/pictures/formats/readers/gif_reader.h"
#include "tools/pictures/formats/readers/heif_reader.h"
#include "tools/pictures/formats/readers/jpeg_reader.h"
#include "tools/pictures/formats/readers/png_reader.h"
#include "tools/pictures/formats/readers/tiff_reader.h"
#include "tools/pictures/formats/readers/webp_reader.h"

namespace vggstyle {
namespace {

using namespace std::string_view_literals;

bool has_at(std::span<const std::uint8_t> bytes, std::size_t offset, std::string_view expected) {
  return bytes.size() >= offset + expected.size() &&
         std::equal(expected.begin(), expected.end(), bytes.begin() + static_cast<long>(offset),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

struct InputFormat {
  std::string_view name;
  std::vector<std::string_view> endings;  // of file names, in small letters
  bool (*is)(std::span<const std::uint8_t>);
  std::unique_ptr<RowReader> (*open)(std::span<const std::uint8_t>, const std::string& name,
                                     int max_megapixels);
};

bool is_png(std::span<const std::uint8_t> bytes) {
  return has_at(bytes, 0, "\x89PNG\r\n\x1A\n"sv);
}

bool is_jpeg(std::span<const std::uint8_t> bytes) {
  return has_at(bytes, 0, "\xFF\xD8\xFF"sv);
}

bool is_webp(std::span<const std::uint8_t> bytes) {
  return has_at(bytes, 0, "RIFF"sv) && has_at(bytes, 8, "WEBP"sv);
}

/// BigTIFF (43) too.
bool is_tiff(std::span<const std::uint8_t> bytes) {
  return has_at(bytes, 0, "II*\0"sv) || has_at(bytes, 0, "MM\0*"sv) ||
         has_at(bytes, 0, "II+\0"sv) || has_at(bytes, 0, "MM\0+"sv);
}

bool is_gif(std::span<const std::uint8_t> bytes) {
  return has_at(bytes, 0, "GIF87a"sv) || has_at(bytes, 0, "GIF89a"sv);
}

/// The length of the second header, at 14, is at most 124: two letters alone would be too many texts.
bool is_bmp(std::span<const std::uint8_t> bytes) {
  return has_at(bytes, 0, "BM"sv) && has_at(bytes, 15, "\0\0\0"sv);
}

/// Brands of still pictures and of sequences (ISO/IEC 23008-12, 10.2; AV1 Image File Format, 6).
bool is_heif(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kBrands[] = {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv,
                                          "hevx"sv, "mif1"sv, "msf1"sv, "avif"sv, "avis"sv};
  return has_at(bytes, 4, "ftyp"sv) &&
         std::any_of(std::begin(kBrands), std::end(kBrands),
                     [&](std::string_view brand) { return has_at(bytes, 8, brand); });
}

const std::vector<InputFormat>& input_formats() {
  static const std::vector<InputFormat> formats = {
      {"PNG", {".png"}, is_png, open_png},
      {"JPEG", {".jpg", ".jpeg"}, is_jpeg, open_jpeg},
      {"WebP", {".webp"}, is_webp, open_webp},
      {"TIFF", {".tif", ".tiff"}, is_tiff, open_tiff},
      {"GIF", {".gif"}, is_gif, open_gif},
      {"BMP", {".bmp"}, is_bmp, open_bmp},
#ifdef VGGSTYLE_HEIF
      {"HEIC", {".heic", ".heif"}, is_heif, open_heif},
      {"AVIF", {".avif"}, is_heif, open_heif},
#endif
  };
  return formats;
}

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  std::string_view what;
};

/// What is called by its name when it is refused.
constexpr Signature kOthers[] = {
    {0, "\0\0\0\x0CJXL "sv, "a JPEG XL picture"},
    {0, "\xFF\x0A"sv, "a JPEG XL picture"},
    {0, "\0\0\0\x0CjP  "sv, "a JPEG 2000 picture"},
    {0, "8BPS"sv, "a Photoshop document"},
    {0, "%PDF"sv, "a PDF document"},
    {0, "\x89HDF"sv, "an HDF5 file"},
};

bool is_text(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kEnough = 512;
  const auto head = bytes.first(std::min(bytes.size(), kEnough));
  return std::all_of(head.begin(), head.end(), [](std::uint8_t byte) {
    return byte >= 0x20 ? byte != 0x7F : byte == '\n' || byte == '\r' || byte == '\t';
  });
}

std::string_view describe_content(std::span<const std::uint8_t> bytes) {
  if (is_heif(bytes))
    return "a HEIC or AVIF picture, for which this program was built without libheif";
  for (const Signature& other : kOthers) {
    if (has_at(bytes, other.offset, other.bytes)) return other.what;
  }
  return is_text(bytes) ? "a text file" : "something unknown";
}

}  // namespace

std::unique_ptr<RowReader> open_picture(std::span<const std::uint8_t> bytes,
                                        const std::string& name, int max_megapixels) {
  if (bytes.empty()) throw InputError(fmt::format("'{}' is empty (0 bytes)", name));
  for (const InputFormat& format : input_formats()) {
    if (format.is(bytes)) return format.open(bytes, name, max_megapixels);
  }
  throw InputError(fmt::format("'{}' is {}; pictures are read from {} files: convert it to PNG",
                               name, describe_content(bytes), readable_formats()));
}

std::string readable_formats() {
  std::vector<std::string_view> names;
  for (const InputFormat& format : input_formats()) names.push_back(format.name);
  const std::string_view last = names.back();
  names.pop_back();
  return fmt::format("{} or {}", fmt::join(names, ", "), last);
}

std::string small_ending(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

bool has_picture_ending(const std::filesystem::path& path) {
  const std::string ending = small_ending(path);
  return std::any_of(input_formats().begin(), input_formats().end(),
                     [&](const InputFormat& format) {
                       return std::find(format.endings.begin(), format.endings.end(), ending) !=
                              format.endings.end();
                     });
}

}  // namespace vggstyle

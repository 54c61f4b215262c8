#include "tools/pictures/formats/signature.h"

#include <algorithm>
#include <string_view>

namespace vggstyle {
namespace {

using namespace std::string_view_literals;

bool has_at(std::span<const std::uint8_t> bytes, std::size_t offset, std::string_view expected) {
  return bytes.size() >= offset + expected.size() &&
         std::equal(expected.begin(), expected.end(), bytes.begin() + static_cast<long>(offset),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  std::string_view what;
};

constexpr Signature kOthers[] = {
    {0, "GIF8"sv, "a GIF picture"},
    {8, "WEBP"sv, "a WebP picture"},
    {0, "BM"sv, "a BMP picture"},
    {0, "II*\0"sv, "a TIFF or raw camera picture"},
    {0, "MM\0*"sv, "a TIFF or raw camera picture"},
    {4, "ftypavif"sv, "an AVIF picture"},
    {4, "ftyphei"sv, "a HEIC picture"},
    {4, "ftypmif1"sv, "a HEIC picture"},
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

}  // namespace

bool is_png(std::span<const std::uint8_t> bytes) {
  return has_at(bytes, 0, "\x89PNG\r\n\x1A\n"sv);
}

bool is_jpeg(std::span<const std::uint8_t> bytes) {
  return has_at(bytes, 0, "\xFF\xD8\xFF"sv);
}

std::string describe_content(std::span<const std::uint8_t> bytes) {
  for (const Signature& other : kOthers) {
    if (has_at(bytes, other.offset, other.bytes)) return std::string(other.what);
  }
  return is_text(bytes) ? "a text file" : "something unknown";
}

}  // namespace vggstyle

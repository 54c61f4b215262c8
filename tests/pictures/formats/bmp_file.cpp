#include "tests/pictures/formats/other_files.h"

namespace vggstyle::test {
namespace {

void put(Bytes& bytes, unsigned number, int count) {
  for (int i = 0; i < count; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(i < 4 ? number >> 8 * i : 0));
  }
}

/// From the length of the header on.
Bytes header_of(const BmpFile& file) {
  Bytes bytes;
  put(bytes, file.header_bytes, 4);
  put(bytes, static_cast<unsigned>(file.width), 4);
  put(bytes, static_cast<unsigned>(file.is_top_down ? -file.height : file.height), 4);
  put(bytes, 1, 2);  // planes
  put(bytes, file.bits, 2);
  put(bytes, file.masks.empty() ? file.compression : 3, 4);
  put(bytes, 0, 20);  // sizes that need not be said
  for (const unsigned mask : file.masks) put(bytes, mask, 4);
  if (bytes.size() < file.header_bytes) bytes.resize(file.header_bytes);
  return bytes;
}

}  // namespace

Bytes encode(const BmpFile& file) {
  Bytes after = header_of(file);
  after.insert(after.end(), file.palette.begin(), file.palette.end());
  const auto width = static_cast<std::size_t>(file.width);
  Bytes bytes = {'B', 'M'};
  put(bytes, 0, 8);
  put(bytes, static_cast<unsigned>(14 + after.size()), 4);
  bytes.insert(bytes.end(), after.begin(), after.end());
  for (int line = 0; line < file.height; ++line) {
    const int y = file.is_top_down ? line : file.height - 1 - line;
    Bytes row((width * file.bits + 31) / 32 * 4);
    for (std::size_t x = 0; x < width; ++x) {
      const unsigned pixel = file.pixels[static_cast<std::size_t>(y) * width + x];
      for (std::size_t bit = 0; bit < file.bits; bit += 8) {  // whole bytes, lowest first
        const std::size_t at = x * file.bits + bit;
        const unsigned shift = file.bits < 8 ? static_cast<unsigned>(8 - file.bits - at % 8) : 0;
        row[at / 8] = static_cast<std::uint8_t>(row[at / 8] | (pixel >> bit & 0xFFU) << shift);
      }
    }
    bytes.insert(bytes.end(), row.begin(), row.end());
  }
  return bytes;
}

}  // namespace vggstyle::test

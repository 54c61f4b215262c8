#include "tools/pictures/formats/orientation.h"

#include <libexif/exif-data.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace vggstyle {

namespace {

struct Unref {
  void operator()(ExifData* data) const { exif_data_unref(data); }
};
using Exif = std::unique_ptr<ExifData, Unref>;

/// Null if it is empty.
Exif parse(std::span<const std::uint8_t> exif) {
  constexpr std::uint8_t kSignature[] = {'E', 'x', 'i', 'f', 0, 0};  // libexif looks for it
  if (exif.empty()) return nullptr;
  std::vector<std::uint8_t> block;
  if (exif.size() < std::size(kSignature) ||
      !std::equal(std::begin(kSignature), std::end(kSignature), exif.begin())) {
    block.assign(std::begin(kSignature), std::end(kSignature));
  }
  block.insert(block.end(), exif.begin(), exif.end());
  return Exif(exif_data_new_from_data(block.data(), static_cast<unsigned>(block.size())));
}

/// Null if there is none of that kind.
const ExifEntry* entry_of(const Exif& exif, ExifTag tag, ExifFormat format) {
  if (exif == nullptr) return nullptr;
  const ExifEntry* entry = exif_content_get_entry(exif->ifd[EXIF_IFD_0], tag);
  return entry != nullptr && entry->format == format && entry->data != nullptr ? entry : nullptr;
}

}  // namespace

int exif_orientation(std::span<const std::uint8_t> exif) {
  constexpr int kUpright = 1, kLast = 8;
  const Exif data = parse(exif);
  const ExifEntry* entry = entry_of(data, EXIF_TAG_ORIENTATION, EXIF_FORMAT_SHORT);
  if (entry == nullptr || entry->components != 1) return kUpright;
  const int orientation = exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return orientation >= kUpright && orientation <= kLast ? orientation : kUpright;
}

std::string exif_description(std::span<const std::uint8_t> exif) {
  const Exif data = parse(exif);
  const ExifEntry* entry = entry_of(data, EXIF_TAG_IMAGE_DESCRIPTION, EXIF_FORMAT_ASCII);
  if (entry == nullptr) return "";
  const std::string text(reinterpret_cast<const char*>(entry->data), entry->size);
  return text.substr(0, text.find('\0'));
}

bool is_transposed(int orientation) {
  return orientation >= 5 && orientation <= 8;
}

Picture upright(Picture picture, int orientation) {
  if (orientation <= 1 || orientation > 8) return picture;
  const bool transposed = is_transposed(orientation);
  // Where the upright picture is read from right to left, and from the bottom up, in the stored
  // picture's own axes.
  const bool right_to_left =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool bottom_up =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;

  Picture result = transposed ? Picture::black(picture.height, picture.width)
                              : Picture::black(picture.width, picture.height);
  for (int c = 0; c < 3; ++c) {
    float* out = result.plane(c);
    for (int y = 0; y < result.height; ++y) {
      for (int x = 0; x < result.width; ++x) {
        const int column = transposed ? y : x;
        const int row = transposed ? x : y;
        const int from_x = right_to_left ? picture.width - 1 - column : column;
        const int from_y = bottom_up ? picture.height - 1 - row : row;
        *out++ = picture.plane(
            c)[static_cast<std::size_t>(from_y) * static_cast<std::size_t>(picture.width) +
               static_cast<std::size_t>(from_x)];
      }
    }
  }
  return result;
}

}  // namespace vggstyle

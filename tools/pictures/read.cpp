#include "tools/pictures/read.h"

#include <fmt/format.h>

#include "runtime/error.h"
#include "tools/pictures/formats/color_profile.h"
#include "tools/pictures/formats/decoded.h"
#include "tools/pictures/formats/file_bytes.h"
#include "tools/pictures/formats/jpeg_reader.h"
#include "tools/pictures/formats/orientation.h"
#include "tools/pictures/formats/png_reader.h"
#include "tools/pictures/formats/signature.h"

namespace vggstyle {
namespace {

Decoded decode(std::span<const std::uint8_t> bytes, const std::string& name) {
  if (bytes.empty()) throw InputError(fmt::format("'{}' is empty (0 bytes)", name));
  if (is_png(bytes)) return decode_png(bytes, name);
  if (is_jpeg(bytes)) return decode_jpeg(bytes, name);
  throw InputError(fmt::format("'{}' is neither a PNG nor a JPEG file but {}; convert it to PNG",
                               name, describe_content(bytes)));
}

void put_on_background(const Decoded& decoded, Rgb background, Picture& picture) {
  constexpr float kOpaque = 65535.0f;
  const auto channels = static_cast<std::size_t>(decoded.channels());
  const float behind[3] = {background.r, background.g, background.b};
  for (int c = 0; c < 3; ++c) {
    float* plane = picture.plane(c);
    for (std::size_t i = 0; i < picture.pixels(); ++i) {
      const float alpha = static_cast<float>(decoded.samples[(i + 1) * channels - 1]) / kOpaque;
      plane[i] = alpha * plane[i] + (1 - alpha) * behind[c];
    }
  }
}

}  // namespace

void check_decoded_size(unsigned long width, unsigned long height, const std::string& name) {
  constexpr unsigned long kMaxSide = 30000;
  constexpr unsigned long kMaxPixels = 100'000'000;
  if (width <= kMaxSide && height <= kMaxSide && width * height <= kMaxPixels) return;
  throw InputError(fmt::format(
      "'{}' is {}x{}: pictures of up to 100 megapixels and 30000 on a side can be read; shrink it",
      name, width, height));
}

Picture decode_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                       Rgb background) {
  const Decoded decoded = decode(bytes, name);
  Picture picture = to_srgb(decoded);
  if (decoded.has_alpha) put_on_background(decoded, background, picture);
  return upright(std::move(picture), exif_orientation(decoded.exif));
}

Picture read_picture(const std::string& path, Rgb background) {
  return decode_picture(read_file_bytes(path), path, background);
}

}  // namespace vggstyle

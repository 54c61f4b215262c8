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

Decoded decode(std::span<const std::uint8_t> bytes, const std::string& name, int max_megapixels) {
  if (bytes.empty()) throw InputError(fmt::format("'{}' is empty (0 bytes)", name));
  if (is_png(bytes)) return decode_png(bytes, name, max_megapixels);
  if (is_jpeg(bytes)) return decode_jpeg(bytes, name, max_megapixels);
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

void check_decoded_size(unsigned long width, unsigned long height, int max_megapixels,
                        const std::string& name) {
  const auto megapixels = static_cast<unsigned long>(max_megapixels);
  const unsigned long max_side = 300 * megapixels;
  if (width <= max_side && height <= max_side && width * height <= 1'000'000 * megapixels) return;
  throw InputError(fmt::format(
      "'{}' is {}x{}: pictures of up to {} megapixels and {} on a side are read; shrink "
      "it, or allow more (--max-megapixels)",
      name, width, height, megapixels, max_side));
}

Picture decode_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                       const ReadOptions& options) {
  const Decoded decoded = decode(bytes, name, options.max_megapixels);
  Picture picture = to_srgb(decoded);
  if (decoded.has_alpha) put_on_background(decoded, options.background, picture);
  return upright(std::move(picture), exif_orientation(decoded.exif));
}

Picture read_picture(const std::string& path, const ReadOptions& options) {
  return decode_picture(read_file_bytes(path), path, options);
}

}  // namespace vggstyle

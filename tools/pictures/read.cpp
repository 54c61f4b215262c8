#include "tools/pictures/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/error.h"
#include "tools/pictures/continued.h"
#include "tools/pictures/formats/color_profile.h"
#include "tools/pictures/formats/file_bytes.h"
#include "tools/pictures/formats/input_formats.h"
#include "tools/pictures/formats/orientation.h"
#include "tools/pictures/formats/readers/row_reader.h"
#include "tools/pictures/resize.h"

namespace vggstyle {
namespace {

using Size = std::pair<int, int>;

/// `picture` is of the rows `samples`.
void put_on_background(std::span<const std::uint16_t> samples, int channels, Rgb background,
                       Picture& picture) {
  constexpr float kOpaque = 65535.0f;
  const auto step = static_cast<std::size_t>(channels);
  const float behind[3] = {background.r, background.g, background.b};
  for (int c = 0; c < 3; ++c) {
    float* plane = picture.plane(c);
    for (std::size_t i = 0; i < picture.pixels(); ++i) {
      const float alpha = static_cast<float>(samples[(i + 1) * step - 1]) / kOpaque;
      plane[i] = alpha * plane[i] + (1 - alpha) * behind[c];
    }
  }
}

Size upright_size(Size size, int orientation) {
  return is_transposed(orientation) ? Size{size.second, size.first} : size;
}

/// `picture` is of the rows `samples`, for its size.
Picture alpha_of(std::span<const std::uint16_t> samples, int channels, const Picture& picture) {
  Picture alpha = Picture::black(picture.width, picture.height);
  put_on_background(samples, channels, kWhite, alpha);
  for (float& value : alpha.rgb) value = kWhite.r - value;
  return alpha;
}

/// The pixels in the orientation of the file, which is `stored` large, at `size`. With `alpha` it becomes
/// that of the file, if there is one; then the background is black, and both are as widened() has them.
Picture read_pixels(RowReader& reader, Rgb background, Size stored, Size size,
                    std::optional<Picture>* alpha) {
  constexpr int kBandPixels = 1 << 18;
  const FileHeader& header = reader.header();
  const ColorConverter converter(header);
  const double reduced_by = header.reduced_by;
  const std::pair extent(stored.first / reduced_by, stored.second / reduced_by);
  Resizer resizer({header.width, header.height}, extent, size);
  std::optional<Resizer> alpha_resizer;
  if (alpha != nullptr && header.has_alpha) {
    alpha_resizer.emplace(Size{header.width, header.height}, extent, size);
    background = {0, 0, 0};
  }
  const int band = std::clamp(kBandPixels / header.width, 1, header.height);
  std::vector<std::uint16_t> samples(header.row_samples() * static_cast<std::size_t>(band));
  for (int y = 0; y < header.height; y += band) {
    const int rows = std::min(band, header.height - y);
    const auto part =
        std::span(samples).first(header.row_samples() * static_cast<std::size_t>(rows));
    reader.read(part);
    Picture picture = converter.convert(part);
    if (header.has_alpha) put_on_background(part, header.channels(), background, picture);
    if (alpha_resizer) {
      alpha_resizer->push(narrowed(alpha_of(part, header.channels(), picture)));
      picture = narrowed(std::move(picture));
    }
    resizer.push(picture);
  }
  if (!alpha_resizer) return resizer.finish();
  *alpha = widened(alpha_resizer->finish());
  return widened(resizer.finish());
}

/// By how much the decoder may shrink, so that the resampling that follows still has twice what it
/// needs.
int reduction(Size from, Size to) {
  return std::min(from.first / (2 * to.first), from.second / (2 * to.second));
}

}  // namespace

void refuse_file(const std::string& name, std::string_view format, std::string_view reason) {
  throw InputError(
      fmt::format("'{}' is a damaged, truncated or unsupported {} file ({}); get the file "
                  "again, or convert it to PNG",
                  name, format, reason));
}

void add_text(std::string_view lines, PictureText& text) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || colon == 0) continue;
    text.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
}

void check_file_size(unsigned long width, unsigned long height, int max_megapixels,
                     const std::string& name) {
  const auto megapixels = static_cast<unsigned long>(max_megapixels);
  const unsigned long max_side = 300 * megapixels;
  if (width <= max_side && height <= max_side && width * height <= 1'000'000 * megapixels) return;
  throw InputError(fmt::format(
      "'{}' is {}x{}: pictures of up to {} megapixels and {} on a side are read; shrink "
      "it, or allow more (--max-megapixels)",
      name, width, height, megapixels, max_side));
}

namespace {

PictureAndAlpha decode(std::span<const std::uint8_t> bytes, const std::string& name,
                       const ReadOptions& options, const WantedSize& wanted, bool with_alpha) {
  std::unique_ptr<RowReader> reader = open_picture(bytes, name, options.max_megapixels);
  int orientation = reader->header().orientation;
  while (true) {
    const Size stored{reader->header().width, reader->header().height};
    Size size = stored;
    if (wanted) size = upright_size(wanted(upright_size(stored, orientation)), orientation);
    reader->reduce(reduction(stored, size));
    PictureAndAlpha result;
    result.picture = read_pixels(*reader, options.background, stored, size,
                                 with_alpha ? &result.alpha : nullptr);
    reader->finish();
    const int found = reader->header().orientation;
    if (found == orientation) {
      result.picture = upright(std::move(result.picture), orientation);
      if (result.alpha) result.alpha = upright(std::move(*result.alpha), orientation);
      result.profile = reader->header().profile;
      return result;
    }
    // An Exif block behind the pixels: the size wanted may be another one.
    orientation = found;
    reader = open_picture(bytes, name, options.max_megapixels);
  }
}

}  // namespace

Picture decode_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                       const ReadOptions& options, const WantedSize& wanted) {
  return decode(bytes, name, options, wanted, false).picture;
}

namespace {

std::vector<std::uint8_t> bytes_of(const std::string& path, const ReadOptions& options) {
  // Uncompressed, 16 bits of four channels are 8 bytes a pixel.
  const std::size_t max_bytes =
      std::size_t{10'000'000} * static_cast<unsigned>(options.max_megapixels);
  constexpr std::size_t kMostIfFew = 1'000'000'000;
  return read_file_bytes(path, std::max(max_bytes, kMostIfFew));
}

}  // namespace

Picture read_picture(const std::string& path, const ReadOptions& options,
                     const WantedSize& wanted) {
  return decode_picture(bytes_of(path, options), path, options, wanted);
}

PictureAndAlpha read_with_alpha(const std::string& path, const ReadOptions& options,
                                const WantedSize& wanted) {
  PictureAndAlpha result = decode(bytes_of(path, options), path, options, wanted, true);
  if (!result.alpha) return result;
  const auto is_opaque = [](float value) { return value == kWhite.r; };
  if (std::ranges::all_of(result.alpha->rgb, is_opaque)) {
    result.alpha.reset();
    return result;
  }
  result.picture = continued(result.picture, *result.alpha);
  for (float& value : result.alpha->rgb) value = std::clamp(value, 0.0f, kWhite.r);
  return result;
}

PictureAndAlpha read_with_profile(const std::string& path, const ReadOptions& options,
                                  const WantedSize& wanted) {
  return decode(bytes_of(path, options), path, options, wanted, false);
}

PictureText read_picture_text(const std::string& path) {
  const std::vector<std::uint8_t> bytes = bytes_of(path, {});
  return open_picture(bytes, path, ReadOptions{}.max_megapixels)->header().text;
}

}  // namespace vggstyle

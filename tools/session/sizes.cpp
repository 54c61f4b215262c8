#include "tools/session/sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "runtime/error.h"
#include "tools/cli/numbers.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/session/defaults.h"

namespace vggstyle {
namespace {

/// The least that any use of a picture takes: a layer of 64 channels, or the optimiser's vectors.
/// What a run takes in truth is known once its graph is planned, but a picture that is far too
/// large must not get so far.
void check_memory(int width, int height, const Device& device) {
  constexpr double kBytesPerPixel = 64 * sizeof(float);
  const double bytes = kBytesPerPixel * width * height;
  const auto available = static_cast<double>(device.available_memory());
  if (bytes > available) {
    throw InputError(
        fmt::format("{}x{} pixels need more than {:.0f} MB of memory and {:.0f} MB are free; use a "
                    "smaller --size or --style-size",
                    width, height, bytes / 0x1p20, available / 0x1p20));
  }
}

Picture resized(const Picture& picture, std::pair<int, int> size, const Device& device) {
  check_memory(size.first, size.second, device);
  return resize(picture, size.first, size.second);
}

}  // namespace

std::string size_text(const Picture& picture) {
  return fmt::format("{}x{}", picture.width, picture.height);
}

std::pair<int, int> output_size(std::pair<int, int> size, const std::optional<int>& requested) {
  const int longest = requested.value_or(std::min(kDefaultSize, std::max(size.first, size.second)));
  return fit_longest_side(size.first, size.second, longest);
}

std::pair<int, int> style_size(std::pair<int, int> size, const PictureOptions& options,
                               int output_longest_side) {
  const int standard = std::min(output_longest_side, std::max(size.first, size.second));
  const double longest = options.style_size.value_or(standard) * options.style_scale.value_or(1);
  const auto rounded = std::lround(longest);
  check_range("the size of the style (--style-size times --style-scale)", rounded, 1, kLargestSize);
  return fit_longest_side(size.first, size.second, static_cast<int>(rounded));
}

Picture to_output_size(const Picture& picture, const std::optional<int>& requested,
                       const Device& device) {
  return resized(picture, output_size({picture.width, picture.height}, requested), device);
}

std::vector<Picture> read_styles(const std::vector<std::string>& paths,
                                 const PictureOptions& options, int output_longest_side,
                                 const Device& device) {
  std::vector<Picture> styles;
  for (const std::string& path : paths) {
    const Picture picture = read_picture(path, parse_color(options.background));
    styles.push_back(
        resized(picture, style_size({picture.width, picture.height}, options, output_longest_side),
                device));
  }
  return styles;
}

void check_sizes(const PictureOptions& options) {
  if (options.size) check_range("--size", *options.size, 1, kLargestSize);
  if (options.style_size) check_range("--style-size", *options.style_size, 1, kLargestSize);
  if (const double scale = options.style_scale.value_or(1); !(scale >= 0.01 && scale <= 100)) {
    throw InputError(fmt::format("--style-scale must be from 0.01 to 100, not {}", scale));
  }
  parse_color(options.background);
}

Rgb parse_color(const std::string& text, std::string_view option) {
  if (text == "white") return kWhite;
  if (text == "black") return {0, 0, 0};
  unsigned value = 0;
  const char* end = text.data() + text.size();
  if (text.size() == 7 && text.front() == '#') {
    const auto [stop, error] = std::from_chars(text.data() + 1, end, value, 16);
    if (error == std::errc() && stop == end) {
      const auto channel = [value](int shift) {
        return static_cast<float>((value >> shift) & 0xFFU);
      };
      return {channel(16), channel(8), channel(0)};
    }
  }
  throw InputError(fmt::format("{}: '{}' is no colour; use white, black or #rrggbb", option, text));
}

}  // namespace vggstyle

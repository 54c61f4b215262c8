#include "tools/session/sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/session/settings/defaults.h"

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

std::pair<int, int> style_size(std::pair<int, int> size, const PictureSettings& settings,
                               int output_longest_side) {
  const int standard = std::min(output_longest_side, std::max(size.first, size.second));
  const double longest = settings.style_size.value_or(standard) * settings.style_scale.value_or(1);
  const auto rounded = std::lround(longest);
  if (rounded < 1 || rounded > kLargestSize) {
    throw InputError(
        fmt::format("the size of the style (--style-size times --style-scale) must be from 1 to "
                    "{}, not {}",
                    kLargestSize, rounded));
  }
  return fit_longest_side(size.first, size.second, static_cast<int>(rounded));
}

Picture to_output_size(const Picture& picture, const std::optional<int>& requested,
                       const Device& device) {
  return resized(picture, output_size({picture.width, picture.height}, requested), device);
}

std::vector<Picture> read_styles(const std::vector<std::string>& paths,
                                 const PictureSettings& settings, int output_longest_side,
                                 const Device& device) {
  std::vector<Picture> styles;
  for (const std::string& path : paths) {
    const Picture picture = read_picture(path, settings.reading);
    styles.push_back(
        resized(picture, style_size({picture.width, picture.height}, settings, output_longest_side),
                device));
  }
  return styles;
}

}  // namespace vggstyle

#include "tools/session/pictures/sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "tools/pictures/resize.h"

namespace vggstyle {
namespace {

/// The least that any use of a picture takes, be it in tiles: five vectors, those of Adam.
/// What a run takes in truth is known once its graph is planned, but a picture that is far too
/// large must not get so far.
void check_memory(int width, int height, const Device& device) {
  constexpr double kBytesPerPixel = 5 * 3 * sizeof(float);
  const double bytes = kBytesPerPixel * width * height;
  const auto available = static_cast<double>(device.available_memory());
  if (bytes > available) {
    throw InputError(
        fmt::format("{}x{} pixels need more than {:.0f} MB of memory and {:.0f} MB are free; use a "
                    "smaller --size or --style-size",
                    width, height, bytes / 0x1p20, available / 0x1p20));
  }
}

/// `wanted`, if it fits into the memory of `device`.
WantedSize checked(const WantedSize& wanted, const Device& device) {
  return [wanted, &device](std::pair<int, int> size) {
    const auto [width, height] = wanted(size);
    check_memory(width, height, device);
    return std::pair{width, height};
  };
}

PictureAndAlpha read_at(const std::string& path, const PictureSettings& settings,
                        const Device& device, const WantedSize& wanted) {
  const WantedSize size = checked(wanted, device);
  if (settings.keep_alpha) return read_with_alpha(path, settings.reading, size);
  return read_with_profile(path, settings.reading, size);
}

WantedSize wanted_output_size(const PictureSettings& settings, int standard, int multiple) {
  return [&settings, standard, multiple](std::pair<int, int> size) {
    return output_size(size, settings.size, standard, multiple);
  };
}

}  // namespace

std::string size_text(const Picture& picture) {
  return fmt::format("{}x{}", picture.width, picture.height);
}

std::pair<int, int> output_size(std::pair<int, int> size, const std::optional<int>& requested,
                                int standard, int multiple) {
  const int longest = requested.value_or(std::min(standard, std::max(size.first, size.second)));
  const auto [width, height] = fit_longest_side(size.first, size.second, longest);
  const auto nearest = [multiple](int side) {
    return std::max(1, (side + multiple / 2) / multiple) * multiple;
  };
  return {nearest(width), nearest(height)};
}

int tile_multiple(const PictureSettings& settings, Model model, int deepest) {
  return settings.tileable ? layer_stride(model, deepest) : 1;
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

Picture read_at_output_size(const std::string& path, const PictureSettings& settings,
                            const Device& device, int standard) {
  return read_picture(path, settings.reading,
                      checked(wanted_output_size(settings, standard, 1), device));
}

PictureAndAlpha read_with_alpha_at_output_size(const std::string& path,
                                               const PictureSettings& settings,
                                               const Device& device, int multiple) {
  return read_at(path, settings, device, wanted_output_size(settings, kDefaultSize, multiple));
}

std::vector<PictureAndAlpha> read_styles(const std::vector<std::string>& paths,
                                         const PictureSettings& settings, int output_longest_side,
                                         const Device& device) {
  std::vector<PictureAndAlpha> styles;
  for (const std::string& path : paths) {
    styles.push_back(read_at(path, settings, device, [&](std::pair<int, int> size) {
      return style_size(size, settings, output_longest_side);
    }));
  }
  return styles;
}

}  // namespace vggstyle

#include "tools/session/pictures/masks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "tools/measures/luma.h"
#include "tools/session/pictures/color_transfer.h"
#include "tools/session/settings/check.h"

namespace vggstyle {
namespace {

/// Whether `size` (width, height) has the proportions of width x height; both may have been rounded, the latter to
/// multiples of `multiple`.
bool has_proportions(std::pair<int, int> size, int width, int height, int multiple) {
  const auto [own_width, own_height] = std::pair<long long, long long>(size);
  const long long rounding = multiple * std::max(own_width, own_height) + std::max(width, height);
  return 2 * std::llabs(own_width * height - own_height * width) <= rounding + 1;
}

Picture read_file(std::string_view setting, const std::string& path, const Picture& picture,
                  const ReadOptions& options, int multiple) {
  ReadOptions black = options;
  black.background = {0, 0, 0};
  std::pair<int, int> own;  // the last that is heard of: an orientation may come late
  const Picture mask = read_picture(path, black, [&](std::pair<int, int> size) {
    own = size;
    return std::pair(picture.width, picture.height);
  });
  if (!has_proportions(own, picture.width, picture.height, multiple)) {
    throw SettingError(
        setting, fmt::format(": '{}' is {}x{}, and its picture has other proportions, as {}x{}; a "
                             "mask must have the shape of the picture that it is for",
                             path, own.first, own.second, picture.width, picture.height));
  }
  return gray(mask);
}

/// A mask whose weight at pixel i is weight(i).
template <typename Weight>
Picture mask_of(const Picture& picture, Weight weight) {
  Picture mask = Picture::black(picture.width, picture.height);
  for (std::size_t i = 0; i < picture.pixels(); ++i) {
    const auto value = static_cast<float>(255 * std::clamp(weight(i), 0.0, 1.0));
    for (int c = 0; c < 3; ++c) mask.plane(c)[i] = value;
  }
  return mask;
}

/// How much of each pixel no mask covers.
std::vector<float> uncovered(const std::vector<const Picture*>& masks) {
  std::vector<float> cover(masks.front()->pixels());
  for (const Picture* mask : masks) {
    const std::vector<float> weights = mask_weights(*mask);
    for (std::size_t i = 0; i < cover.size(); ++i) cover[i] = std::min(1.0F, cover[i] + weights[i]);
  }
  for (float& value : cover) value = 1 - value;
  return cover;
}

Picture read_alpha(std::string_view setting, const std::string& path, const Picture& picture,
                   const ReadOptions& options) {
  PictureAndAlpha read = read_with_alpha(
      path, options, [&](auto) { return std::pair(picture.width, picture.height); });
  if (!read.alpha) {
    throw SettingError(setting, fmt::format(" alpha: '{}' has no transparent parts; use a picture "
                                            "that has, or another mask",
                                            path));
  }
  return std::move(*read.alpha);
}

}  // namespace

Picture read_mask(std::string_view setting, const MaskSource& source, const Picture& picture,
                  const std::string& path, const ReadOptions& options, int multiple) {
  if (source.alpha) return read_alpha(setting, path, picture, options);
  if (source.luma) {
    constexpr double kEdge = 0.05;
    const auto& [low, high] = *source.luma;
    const std::vector<double> lumas = luma(picture);
    return mask_of(picture, [&, low = low, high = high](std::size_t i) {
      const double y = lumas[i] / 255;
      return 1 - std::max(low - y, y - high) / kEdge;
    });
  }
  if (source.color) {
    const auto& [color, tolerance] = *source.color;
    return mask_of(picture, [&, color = color, tolerance = tolerance](std::size_t i) {
      const double r = static_cast<double>(picture.plane(0)[i] - color.r);
      const double g = static_cast<double>(picture.plane(1)[i] - color.g);
      const double b = static_cast<double>(picture.plane(2)[i] - color.b);
      return 2 - std::sqrt(r * r + g * g + b * b) / tolerance;
    });
  }
  return read_file(setting, source.file, picture, options, multiple);
}

Picture both(const Picture& mask, const Picture& other) {
  Picture result = mask;
  for (std::size_t i = 0; i < result.rgb.size(); ++i) {
    result.rgb[i] = std::min(mask.rgb[i], other.rgb[i]);
  }
  return result;
}

std::vector<float> mask_weights(const Picture& mask) {
  std::vector<float> weights(mask.plane(0), mask.plane(0) + mask.pixels());
  for (float& weight : weights) weight = std::clamp(weight / 255, 0.0F, 1.0F);
  return weights;
}

Picture rest_of(const std::vector<const Picture*>& masks) {
  const std::vector<float> rest = uncovered(masks);
  return mask_of(*masks.front(), [&](std::size_t i) { return static_cast<double>(rest[i]); });
}

Picture covered(const Picture& picture, const Picture& content,
                const std::vector<const Picture*>& masks) {
  const std::vector<float> rest = uncovered(masks);
  Picture result = picture;
  for (int c = 0; c < 3; ++c) {
    float* plane = result.plane(c);
    const float* kept = content.plane(c);
    for (std::size_t i = 0; i < rest.size(); ++i) plane[i] += rest[i] * (kept[i] - plane[i]);
  }
  return result;
}

}  // namespace vggstyle

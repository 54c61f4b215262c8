#include "tools/session/pictures/color_transfer.h"

#include <algorithm>
#include <cmath>

#include "tools/measures/luma.h"

namespace vggstyle {
namespace {

struct Moments {
  double mean, deviation;
};

Moments moments_of(const std::vector<double>& values) {
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / static_cast<double>(values.size()))};
}

Picture gray_of(const std::vector<double>& lumas, int width, int height) {
  Picture picture = Picture::black(width, height);
  for (int c = 0; c < 3; ++c) {
    std::transform(lumas.begin(), lumas.end(), picture.plane(c),
                   [](double y) { return static_cast<float>(y); });
  }
  return picture;
}

}  // namespace

Picture with_luma(const Picture& colors, const Picture& picture) {
  const std::vector<double> from = luma(colors), to = luma(picture);
  Picture result = colors;
  for (int c = 0; c < 3; ++c) {
    float* plane = result.plane(c);
    for (std::size_t i = 0; i < from.size(); ++i) plane[i] += static_cast<float>(to[i] - from[i]);
  }
  return result;
}

Picture gray(const Picture& picture) {
  return gray_of(luma(picture), picture.width, picture.height);
}

Picture gray_matched(const Picture& style, const Picture& content) {
  std::vector<double> lumas = luma(style);
  const Moments own = moments_of(lumas), wanted = moments_of(luma(content));
  const double stretch = own.deviation > kFlat ? wanted.deviation / own.deviation : 0;
  for (double& y : lumas) y = wanted.mean + stretch * (y - own.mean);
  return gray_of(lumas, style.width, style.height);
}

}  // namespace vggstyle

#include "tools/session/pictures/color_transfer.h"

#include <algorithm>
#include <cmath>

#include "tools/measures/luma.h"

namespace vggstyle {
namespace {

struct Moments {
  double mean, deviation;
};

/// Of the lumas `values` of a picture.
Moments moments_of(const std::vector<double>& values, const WeightedPicture& weighted) {
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += weighted.weight(i) * values[i];
  const double mean = sum / weighted.total();
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += weighted.weight(i) * (values[i] - mean) * (values[i] - mean);
  }
  return {mean, std::sqrt(squares / weighted.total())};
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

Picture gray_matched(const WeightedPicture& style, const WeightedPicture& content) {
  std::vector<double> lumas = luma(style.picture());
  const Moments own = moments_of(lumas, style),
                wanted = moments_of(luma(content.picture()), content);
  const double stretch = own.deviation > kFlat ? wanted.deviation / own.deviation : 0;
  for (double& y : lumas) y = wanted.mean + stretch * (y - own.mean);
  return gray_of(lumas, style.picture().width, style.picture().height);
}

}  // namespace vggstyle

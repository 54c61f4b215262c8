#include <cmath>

#include "tools/measures/luma.h"
#include "tools/measures/picture_measures.h"

namespace vggstyle {
namespace {

/// Variance of the means of `lines` lines of `length` values; value(line, place) is one.
template <typename Value>
double variance_of_means(int lines, int length, Value value) {
  double sum = 0, squares = 0;
  for (int line = 0; line < lines; ++line) {
    double mean = 0;
    for (int place = 0; place < length; ++place) mean += value(line, place) / length;
    sum += mean / lines;
    squares += mean * mean / lines;
  }
  return std::max(squares - sum * sum, 0.0);
}

}  // namespace

Bands bands(const Picture& picture) {
  const std::vector<double> lumas = luma(picture);
  const auto at = [&](int y, int x) {
    return lumas[static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                 static_cast<std::size_t>(x)];
  };
  const double all = variance_of_means(static_cast<int>(lumas.size()), 1, [&](int i, int) {
    return lumas[static_cast<std::size_t>(i)];
  });
  if (all < kFlat * kFlat) return {};
  return {variance_of_means(picture.height, picture.width, at) / all,
          variance_of_means(picture.width, picture.height, [&](int x, int y) { return at(y, x); }) /
              all};
}

}  // namespace vggstyle

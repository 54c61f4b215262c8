#include "tools/toy/toy_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vggstyle::toy {

Statistics statistics_of(const Image& image) {
  Statistics statistics{};
  for (const double x : image) {
    statistics.sum += x;
    statistics.gram += x * x;
  }
  for (const double x : image) {
    const double deviation = x - statistics.sum / 4;
    statistics.centered += deviation * deviation;
  }
  return statistics;
}

std::string text_of(const Image& image) {
  return fmt::format("[{:.4g}, {:.4g}, {:.4g}, {:.4g}]", image[0], image[1], image[2], image[3]);
}

double distance(const Image& a, const Image& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

}  // namespace vggstyle::toy

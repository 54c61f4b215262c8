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

std::string text_of(const Image& image, int decimals) {
  const double unit = std::pow(10, -decimals);
  std::array<std::string, 4> numbers;
  for (std::size_t i = 0; i < image.size(); ++i) {
    numbers[i] = fmt::format("{:.{}g}", std::round(image[i] / unit) * unit, decimals + 1);
  }
  return fmt::format("[{}]", fmt::join(numbers, ", "));
}

const char* adjective(GramMode constraint) {
  switch (constraint) {
    case GramMode::kRaw:
      return "raw";
    case GramMode::kCentered:
      return "centred";
    case GramMode::kBoth:
      break;
  }
  return "joint";
}

double distance(const Image& a, const Image& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

}  // namespace vggstyle::toy

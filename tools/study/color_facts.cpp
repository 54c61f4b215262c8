#include "tools/study/color_facts.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tools/measures/luma.h"

namespace vggstyle {
namespace {

/// Degrees, 0 for red; `largest` above `smallest`.
double hue(double r, double g, double b, double largest, double smallest) {
  const double chroma = largest - smallest;
  double sector = 0;
  if (largest == r) {
    sector = (g - b) / chroma;
  } else if (largest == g) {
    sector = (b - r) / chroma + 2;
  } else {
    sector = (r - g) / chroma + 4;
  }
  return sector < 0 ? 60 * sector + 360 : 60 * sector;
}

}  // namespace

ColorFacts color_facts(const Picture& picture) {
  const std::size_t n = picture.pixels();
  const float *red = picture.plane(0), *green = picture.plane(1), *blue = picture.plane(2);
  const std::vector<double> lumas = luma(picture);
  double sum = 0, squares = 0, chroma_sum = 0;
  std::size_t dark = 0, purple = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double r = red[i], g = green[i], b = blue[i];
    sum += lumas[i];
    squares += lumas[i] * lumas[i];
    if (lumas[i] < 127.5) ++dark;
    const double largest = std::max({r, g, b}), smallest = std::min({r, g, b});
    const double chroma = largest - smallest;
    chroma_sum += chroma;
    if (chroma > 40) {
      const double angle = hue(r, g, b, largest, smallest);
      if (angle >= 260 && angle <= 320) ++purple;
    }
  }
  const auto count = static_cast<double>(n);
  const double mean = sum / count;
  return {static_cast<double>(dark) / count,
          std::sqrt(std::max(squares / count - mean * mean, 0.0)), chroma_sum / count,
          static_cast<double>(purple) / count};
}

}  // namespace vggstyle

#include <iterator>
#include <numbers>
#include <vector>

#include "tools/pictures/contrive/canvas.h"
#include "tools/pictures/contrive/kinds.h"
#include "tools/pictures/contrive/random.h"

namespace vggstyle::contrived {

Picture stripes(int width, int height, std::uint64_t seed) {
  constexpr Rgb kColors[] = {{232, 219, 190}, {190, 60, 45},  {35, 60, 95},
                             {225, 165, 60},  {95, 140, 130}, {40, 30, 35}};
  constexpr int kColorCount = static_cast<int>(std::size(kColors));
  Random random(seed, 0);
  const double angle = random.uniform(0.1, 0.4) * std::numbers::pi;
  const Point across{std::cos(angle), std::sin(angle)};

  Canvas canvas(width, height);
  const double extent = canvas.width() * across.x + canvas.height() * across.y;
  std::vector<double> borders;  // where the next colour begins
  std::vector<Rgb> colors;
  int color = random.index(kColorCount);
  for (double at = -1; at < extent; at += random.uniform(0.02, 0.11)) {
    borders.push_back(at);
    colors.push_back(kColors[color]);
    color = (color + 1 + random.index(kColorCount - 1)) % kColorCount;  // never the same twice
  }
  canvas.for_each_pixel(canvas.everywhere(), [&](int x, int y, Point p) {
    const double at = p.x * across.x + p.y * across.y;
    const auto next = std::upper_bound(borders.begin(), borders.end(), at);
    const auto i = static_cast<std::size_t>(next - borders.begin()) - 1;
    Rgb result = colors[i];
    const double past = (at - borders[i]) / canvas.pixel();  // pixels
    if (i > 0 && past < 0.5) result = blend(colors[i - 1], result, 0.5 + past);
    if (next != borders.end()) {
      const double left = (*next - at) / canvas.pixel();
      if (left < 0.5) result = blend(colors[i + 1], result, 0.5 + left);
    }
    canvas.blend_pixel(x, y, result, 1);
  });
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

#include <numbers>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {

Picture stripes(const ContriveRequest& request) {
  const std::vector<Rgb> palette = colors_or(
      request,
      {{232, 219, 190}, {190, 60, 45}, {35, 60, 95}, {225, 165, 60}, {95, 140, 130}, {40, 30, 35}});
  const int palette_size = static_cast<int>(palette.size());
  Random random(request.seed, 0);
  const double angle = random.uniform(0.1, 0.4) * std::numbers::pi;
  const Point across{std::cos(angle), std::sin(angle)};

  Canvas canvas(request.width, request.height);
  const double extent = canvas.width() * across.x + canvas.height() * across.y;
  std::vector<double> borders;  // where the next colour begins
  std::vector<Rgb> colors;
  int color = random.index(palette_size);
  for (double at = -1; at < extent; at += request.scale * random.uniform(0.02, 0.11)) {
    borders.push_back(at);
    colors.push_back(palette[static_cast<std::size_t>(color)]);
    color = (color + 1 + random.index(palette_size - 1)) % palette_size;  // never the same twice
  }
  borders.insert(borders.end(), 2, extent + 1);  // behind all

  canvas.cover([&](Point p) {
    // The mean over a pixel's breadth, which may hold several stripes.
    const double middle = p.x * across.x + p.y * across.y;
    const double from = middle - canvas.pixel() / 2, to = middle + canvas.pixel() / 2;
    auto i = static_cast<std::size_t>(std::upper_bound(borders.begin(), borders.end(), from) -
                                      borders.begin()) -
             1;
    Rgb result = colors[i];
    for (; borders[i + 1] < to; ++i) {
      const double end = std::min(to, borders[i + 2]);
      result = blend(result, colors[i + 1], (end - borders[i + 1]) / (end - from));
    }
    return result;
  });
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/random.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {

Picture dots(const ContriveRequest& request) {
  const double pitch = 0.1 * request.scale;
  const double row_height = 0.0866 * request.scale;  // pitch * sin 60: a triangular lattice
  const std::vector<Rgb> colors = colors_or(
      request,
      {{246, 240, 224}, {205, 45, 40}, {30, 90, 160}, {240, 180, 40}, {40, 125, 85}, {25, 25, 30}});
  const int dot_colors = static_cast<int>(colors.size()) - 1;
  Random random(request.seed, 0);

  Canvas canvas(request.width, request.height);
  canvas.cover([&](Point) { return colors[0]; });
  bool shifted = false;
  for (double y = 0; y < canvas.height() + pitch; y += row_height, shifted = !shifted) {
    for (double x = shifted ? pitch / 2 : 0; x < canvas.width() + pitch; x += pitch) {
      const Point centre{x, y};
      const double radius = pitch * random.uniform(0.26, 0.42);
      const Rgb color = colors[static_cast<std::size_t>(1 + random.index(dot_colors))];
      canvas.fill(
          {x - radius, y - radius, x + radius, y + radius},
          [=](Point p) { return disc(p, centre, radius); }, [=](Point) { return color; });
    }
  }
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

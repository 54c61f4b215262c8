#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/random.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {

/// Outside of the last ring the first begins anew.
Picture rainbow(const ContriveRequest& request) {
  const std::vector<Rgb> colors = colors_or(request, {{226, 34, 38},
                                                      {244, 132, 30},
                                                      {250, 222, 40},
                                                      {40, 168, 70},
                                                      {32, 150, 214},
                                                      {40, 62, 170},
                                                      {134, 44, 162}});
  Random random(request.seed, 0);
  Canvas canvas(request.width, request.height);
  const Point centre{canvas.width() / 2 + random.uniform(-0.08, 0.08),
                     canvas.height() / 2 + random.uniform(-0.08, 0.08)};
  const double ring = request.scale * random.uniform(0.066, 0.078);

  const double reach = std::hypot(canvas.width(), canvas.height()) / 2 + 0.12;
  canvas.cover([&](Point) { return colors[0]; });
  // From the outside in, each disc over the last.
  for (int i = static_cast<int>(reach / ring); i >= 0; --i) {
    const double radius = ring * (i + 1);
    const Rgb color = colors[static_cast<std::size_t>(i) % colors.size()];
    canvas.fill(
        {centre.x - radius, centre.y - radius, centre.x + radius, centre.y + radius},
        [=](Point p) { return disc(p, centre, radius); }, [=](Point) { return color; });
  }
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

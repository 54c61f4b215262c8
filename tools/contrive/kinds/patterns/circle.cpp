#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/random.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {

Picture circle(const ContriveRequest& request) {
  Random random(request.seed, 0);
  Canvas canvas(request.width, request.height);
  const Point centre{canvas.width() / 2 + random.uniform(-0.07, 0.07),
                     canvas.height() / 2 + random.uniform(-0.07, 0.07)};
  const double radius = request.scale * random.uniform(0.26, 0.34);
  const auto light = static_cast<float>(random.uniform(222, 246));
  const auto dark = static_cast<float>(random.uniform(22, 46));
  const std::vector<Rgb> colors =
      colors_or(request, {{light, light, light - 6}, {dark, dark, dark + 3}});

  canvas.cover([&](Point) { return colors[0]; });
  canvas.fill(
      canvas.everywhere(), [&](Point p) { return disc(p, centre, radius); },
      [&](Point) { return colors[1]; });
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

#include <numbers>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {

Picture halves(const ContriveRequest& request) {
  Random random(request.seed, 0);
  // Dark on one of the four sides, the border turned a little; through the middle, which keeps the
  // halves equal.
  const double angle = (random.index(4) + random.uniform(-0.1, 0.1)) * std::numbers::pi / 2;
  const Point towards_second{std::cos(angle), std::sin(angle)};
  const auto dark = static_cast<float>(random.uniform(16, 40));
  const auto light = static_cast<float>(random.uniform(220, 244));
  const std::vector<Rgb> colors =
      colors_or(request, {{dark, dark, dark + 3}, {light, light, light - 6}});

  Canvas canvas(request.width, request.height);
  const Point middle{canvas.width() / 2, canvas.height() / 2};
  canvas.cover([&](Point) { return colors[0]; });
  canvas.fill(
      canvas.everywhere(),
      [&](Point p) {
        return (middle.x - p.x) * towards_second.x + (middle.y - p.y) * towards_second.y;
      },
      [&](Point) { return colors[1]; });
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

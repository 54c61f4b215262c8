#include <numbers>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/kinds/nature/blossom.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {
namespace {

/// A blade from `base` to `tip`, its light midrib in the middle.
void leaf(Point base, Point tip, Rgb color, Canvas& canvas) {
  const double length = std::hypot(tip.x - base.x, tip.y - base.y);
  const Point along{(tip.x - base.x) / length, (tip.y - base.y) / length};
  const auto place = [&](Point p) {
    const double dx = (p.x - base.x) / length, dy = (p.y - base.y) / length;
    return Point{dx * along.x + dy * along.y, dy * along.x - dx * along.y};
  };
  canvas.fill(
      {std::min(base.x, tip.x) - 0.3 * length, std::min(base.y, tip.y) - 0.3 * length,
       std::max(base.x, tip.x) + 0.3 * length, std::max(base.y, tip.y) + 0.3 * length},
      [&](Point p) {
        return length * ellipse(place(p), {0.5, 0}, 0.5, 0.17);
      },
      [&](Point p) {
        const double across = place(p).y / 0.17;
        const double midrib = 0.35 * std::exp(-200 * across * across);
        return shade(color, 1 + 0.2 * across + midrib);
      });
}

}  // namespace

/// The ground is out of focus: no edge but the flower's.
Picture flower(const ContriveRequest& request) {
  const std::vector<Rgb> colors = colors_or(request, {{70, 104, 70}, {238, 92, 124}});
  Random random(request.seed, 0);
  const std::uint64_t seed = random.bits();
  Canvas canvas(request.width, request.height);
  const Point centre{canvas.width() / 2 + random.uniform(-0.1, 0.1),
                     canvas.height() * 0.42 + random.uniform(-0.05, 0.05)};
  canvas.cover([&](Point p) {
    const double light = noise(p.x * 1.6, p.y * 1.6, seed);
    return shade(colors[0], 1 + 0.4 * light + 0.25 * (0.5 - p.y / canvas.height()));
  });

  const Point foot{centre.x + random.uniform(-0.12, 0.12), canvas.height() + 0.05};
  const Rgb green{64, 126, 58};
  canvas.fill(
      canvas.everywhere(), [&](Point p) { return limb(p, centre, foot, 0.014, 0.02); },
      [&](Point p) { return shade(green, 1 + 18 * (centre.x - p.x)); });
  leaf({foot.x, canvas.height()}, {foot.x - 0.3, canvas.height() - 0.24}, green, canvas);
  leaf({foot.x, canvas.height()}, {foot.x + 0.32, canvas.height() - 0.18}, shade(green, 0.8),
       canvas);

  Blossom blossom;
  blossom.centre = centre;
  blossom.radius = 0.33 * random.uniform(0.92, 1.08);
  blossom.turn = random.uniform(0, 2 * std::numbers::pi);
  blossom.petals = 8 + random.index(5);
  blossom.color = colors[1];
  blossom.heart = {236, 186, 52};
  blossom.seed = random.bits();
  paint(blossom, canvas);
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

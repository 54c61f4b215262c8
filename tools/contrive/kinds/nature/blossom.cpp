#include "tools/contrive/kinds/nature/blossom.h"

#include <numbers>

#include "tools/contrive/noise.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {
namespace {

Box about(Point centre, double reach) {
  return {centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach};
}

/// Petal k overlaps petal k - 1.
void petal(const Blossom& blossom, int k, Canvas& canvas) {
  const double angle = blossom.turn + 2 * std::numbers::pi * k / blossom.petals;
  const Point along{std::cos(angle), std::sin(angle)};
  const double half = blossom.radius * std::min(0.34, 1.9 / blossom.petals);
  // In units of the petal's own: from the heart (0) to the tip (1), and from its middle line.
  const auto place = [&](Point p) {
    const double dx = (p.x - blossom.centre.x) / blossom.radius;
    const double dy = (p.y - blossom.centre.y) / blossom.radius;
    return Point{dx * along.x + dy * along.y, dy * along.x - dx * along.y};
  };
  canvas.fill(
      about(blossom.centre, 1.05 * blossom.radius),
      [&](Point p) {
        const Point at = place(p);
        return blossom.radius * ellipse(at, {0.58, 0}, 0.42, half / blossom.radius);
      },
      [&](Point p) {
        const Point at = place(p);
        const double across = at.y * blossom.radius / half;
        const double facing = -0.6 * along.x - 0.8 * along.y;
        const double veins = noise(across * 7, at.x * 1.5 + k, blossom.seed);
        const double light = 0.94 + 0.13 * facing + 0.1 * veins - 0.14 * across * std::abs(across) -
                             0.3 * (1 - smooth_step(0.1, 0.5, at.x));
        return shade(blossom.color, light);
      });
}

}  // namespace

void paint(const Blossom& blossom, Canvas& canvas) {
  const Point shift{0.1 * blossom.radius, 0.14 * blossom.radius};  // away from the light
  const Point below{blossom.centre.x + shift.x, blossom.centre.y + shift.y};
  canvas.for_each_pixel(about(below, 1.1 * blossom.radius), [&](int x, int y, Point p) {
    const double out = disc(p, below, blossom.radius) / blossom.radius;
    canvas.blend_pixel(x, y, {10, 22, 12}, 0.5 * (1 - smooth_step(-0.25, 0.05, out)));
  });
  for (int k = 0; k < blossom.petals; ++k) petal(blossom, k, canvas);

  const double heart = 0.27 * blossom.radius;
  canvas.fill(
      about(blossom.centre, heart), [&](Point p) { return disc(p, blossom.centre, heart); },
      [&](Point p) {
        const double dx = (p.x - blossom.centre.x) / heart, dy = (p.y - blossom.centre.y) / heart;
        const double grain = noise(6 * dx, 6 * dy, blossom.seed + 1);
        return shade(blossom.heart, 1 - 0.2 * (0.6 * dx + 0.8 * dy) + 0.3 * grain -
                                        0.25 * smooth_step(0.6, 1, std::hypot(dx, dy)));
      });
}

}  // namespace vggstyle::contrived

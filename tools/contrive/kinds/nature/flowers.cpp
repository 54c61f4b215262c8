#include <numbers>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/kinds/nature/blossom.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {
namespace {

void grass(Rgb color, double scale, Random& random, Canvas& canvas) {
  const double length = 0.09 * scale;
  const int blades = static_cast<int>(900 * canvas.width() * canvas.height() / (scale * scale));
  for (int i = 0; i < blades; ++i) {
    const Point root{random.uniform(-length, canvas.width() + length),
                     random.uniform(-length, canvas.height() + length)};
    const double angle = std::numbers::pi * random.uniform(-0.85, -0.15);
    const Point tip{root.x + length * std::cos(angle), root.y + length * std::sin(angle)};
    const Rgb own = shade(color, random.uniform(0.65, 1.7));
    canvas.fill(
        {std::min(root.x, tip.x), tip.y, std::max(root.x, tip.x), root.y},
        [&](Point p) { return limb(p, root, tip, 0.006 * scale, 0.001 * scale); },
        [&](Point) { return own; });
  }
}

}  // namespace

/// From above, so that near and far are of one size; the blossoms stand in drifts of one colour.
Picture flowers(const ContriveRequest& request) {
  const std::vector<Rgb> colors = colors_or(request, {{58, 98, 44},
                                                      {238, 64, 62},
                                                      {250, 214, 70},
                                                      {244, 240, 236},
                                                      {150, 96, 206},
                                                      {246, 140, 180}});
  Random random(request.seed, 0);
  const std::uint64_t seed = random.bits();
  Canvas canvas(request.width, request.height);
  canvas.cover([&](Point p) {
    const double patch = fractal_noise(p.x * 9 / request.scale, p.y * 9 / request.scale, 4, seed);
    return shade(colors[0], 0.7 + 0.3 * patch);
  });
  grass(colors[0], request.scale, random, canvas);

  const double pitch = 0.082 * request.scale;
  const auto kinds = static_cast<double>(colors.size() - 1);
  for (double y = -pitch; y < canvas.height() + pitch; y += pitch) {
    for (double x = -pitch; x < canvas.width() + pitch; x += pitch) {
      Blossom blossom;
      blossom.centre = {x + pitch * random.uniform(-0.45, 0.45),
                        y + pitch * random.uniform(-0.45, 0.45)};
      blossom.radius = pitch * random.uniform(0.34, 0.6);
      blossom.turn = random.uniform(0, 2 * std::numbers::pi);
      blossom.petals = 5 + random.index(4);
      const double drift = noise(blossom.centre.x * 3.2 / request.scale,
                                 blossom.centre.y * 3.2 / request.scale, seed + 1);
      const double at = (0.5 + 0.9 * drift + random.uniform(-0.17, 0.17)) * kinds;
      const auto color = static_cast<std::size_t>(std::clamp(at, 0.0, kinds - 0.5));
      blossom.color = shade(colors[1 + color], random.uniform(0.88, 1.08));
      blossom.heart = {222, 168, 44};
      blossom.seed = random.bits();
      if (random.uniform() < 0.82) paint(blossom, canvas);
    }
  }
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

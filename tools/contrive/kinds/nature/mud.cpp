#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {

/// Wet lumps of all sizes, lit from the upper left, with water where it is low: browns and greys,
/// nothing bright but the glints.
Picture mud(const ContriveRequest& request) {
  const std::vector<Rgb> colors = colors_or(request, {{104, 80, 58}, {128, 128, 122}});
  Random random(request.seed, 0);
  const std::uint64_t seed = random.bits();
  Canvas canvas(request.width, request.height);
  const auto height = [&](double x, double y) {
    // Kneaded: the noise is looked up where another noise has moved it.
    const double u = x / request.scale, v = y / request.scale;
    const double bend = 0.12 * fractal_noise(u * 4, v * 4, 3, seed);
    return fractal_noise((u + bend) * 6, (v - bend) * 6, 4, seed + 1);
  };
  constexpr double kStep = 0.004;
  constexpr double kWater = -0.22;
  canvas.cover([&](Point p) {
    const double here = height(p.x, p.y);
    const double slope =
        (0.6 * (height(p.x + kStep, p.y) - here) + 0.8 * (height(p.x, p.y + kStep) - here)) / kStep;
    const Rgb clay = shade(colors[0], std::clamp(0.85 + 0.35 * here, 0.7, 1.0));
    const Rgb lump = shade(clay, std::clamp(1 + 0.035 * slope, 0.45, 1.6));
    const Rgb wet = blend(lump, {214, 210, 200}, 0.6 * smooth_step(12, 20, slope));
    const double sky = noise(p.x * 2, p.y * 5, seed + 2);
    const Rgb pool = shade(colors[1], 0.85 + 0.3 * sky);
    return blend(pool, wet, smooth_step(kWater - 0.02, kWater + 0.03, here));
  });
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

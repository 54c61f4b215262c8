#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {
namespace {

constexpr Rgb kMist{206, 214, 178};

/// Trunks at one distance.
struct Rank {
  double half;    // of a trunk's width
  double pitch;   // from one to the next
  double foot;    // where they stand, a fraction of the height
  double nearby;  // 0: lost in the mist, 1: before it
};

/// Straight from the ground to the upper edge, lit from the left.
void trunk(double middle, double half, double foot, Rgb bark, double nearby, std::uint64_t seed,
           Canvas& canvas) {
  canvas.fill(
      {middle - 1.6 * half, 0, middle + 1.6 * half, foot},
      [&](Point p) {
        // Wider where the roots begin.
        const double flare = 0.5 * half * std::exp((p.y - foot) / (1.5 * half));
        return std::max(std::abs(p.x - middle) - half - flare, p.y - foot);
      },
      [&](Point p) {
        const double across = (p.x - middle) / half;
        const double furrows = fractal_noise(across * 3, p.y / (6 * half), 3, seed);
        const Rgb lit = shade(bark, 1 - 0.35 * across + 0.45 * furrows);
        return blend(kMist, lit, nearby);
      });
}

}  // namespace

/// Bare trunks in the mist, the nearer the darker.
Picture forest(const ContriveRequest& request) {
  constexpr Rank kRanks[] = {{0.009, 0.035, 0.6, 0.3},
                             {0.014, 0.07, 0.66, 0.5},
                             {0.022, 0.15, 0.74, 0.75},
                             {0.036, 0.3, 0.88, 1.0}};
  Random random(request.seed, 0);
  const std::uint64_t seed = random.bits();
  Canvas canvas(request.width, request.height);
  canvas.cover([&](Point p) {
    const double down = p.y / canvas.height();
    const Rgb crowns = blend({112, 140, 82}, kMist, smooth_step(0, 0.4, down));
    const double leaves = fractal_noise(p.x * 14, p.y * 14, 4, seed);
    return shade(crowns, 1 + 0.35 * leaves * (1 - smooth_step(0.1, 0.45, down)));
  });
  double above = 0.56;
  for (const Rank& rank : kRanks) {
    const double pitch = rank.pitch * request.scale, half = rank.half * request.scale;
    // The ground from the rank before to this one: leaves of last year, moss.
    const double top = above * canvas.height();
    canvas.fill(
        {0, top - 0.05, canvas.width(), canvas.height()},
        [&](Point p) { return top + 0.02 * noise(p.x * 4, above, seed + 3) - p.y; },
        [&](Point p) {
          const double depth = std::max(p.y - top, 0.0) + 0.05;
          const double litter = fractal_noise(p.x * 3 / depth, std::log(depth) * 14, 4, seed + 4);
          const Rgb ground = blend({104, 70, 44}, {112, 122, 52}, 0.5 + 0.8 * litter);
          return blend(kMist, ground, 0.35 + 0.65 * smooth_step(0.56, 0.9, p.y / canvas.height()));
        });
    above = rank.foot;
    for (double x = -pitch * random.uniform(); x < canvas.width() + pitch; x += pitch) {
      const double middle = x + pitch * random.uniform(-0.38, 0.38);
      const double width = half * random.uniform(0.75, 1.25);
      const Rgb bark = blend({84, 64, 52}, {122, 106, 92}, random.uniform());
      const double foot = (rank.foot + 0.04 * random.uniform(-1, 1)) * canvas.height();
      trunk(middle, width, foot, bark, rank.nearby, random.bits(), canvas);
    }
  }
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

#include "tools/contrive/kinds/backdrop.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/contrive/noise.h"

namespace vggstyle::contrived {
namespace {

constexpr Rgb kHaze{236, 206, 178}, kSnow{248, 246, 244};

}  // namespace

void Backdrop::paint() {
  sky();
  mountains(0.34, 0.17, 2.0, {138, 148, 186}, 0.50, true);
  mountains(0.44, 0.09, 3.1, {104, 122, 150}, 0.30, false);
  hills(0.515, 0.04, {108, 138, 92}, {158, 164, 96}, 21);
  hills(0.56, 0.028, {70, 108, 56}, {150, 150, 66}, 22);
}

void Backdrop::sky() {
  constexpr std::array<Rgb, 4> kSteps = {Rgb{46, 96, 164}, Rgb{112, 164, 206}, Rgb{240, 214, 170},
                                         Rgb{250, 190, 128}};
  canvas_.fill(
      {0, 0, canvas_.width(), shore_}, [](Point) { return -1.0; },
      [&](Point p) {
        const double down = std::clamp(p.y / shore_, 0.0, 0.999) * 3;
        const auto i = static_cast<std::size_t>(down);
        Rgb color = blend(kSteps[i], kSteps[i + 1], down - static_cast<double>(i));
        const double r = std::hypot(p.x - sun_.x, p.y - sun_.y);
        color = blend(color, {255, 236, 180}, 0.75 * std::exp(-r * r / 0.03));
        return clouds(p, color);
      });
  canvas_.fill(
      {sun_.x - 0.1, sun_.y - 0.1, sun_.x + 0.1, sun_.y + 0.1},
      [&](Point p) { return disc(p, sun_, 0.052); },
      [](Point) {
        return Rgb{255, 244, 200};
      });
}

Rgb Backdrop::clouds(Point p, Rgb sky) const {
  const auto thickness = [&](double px, double py) {
    return fractal_noise(px * 2.6, py * 7.5, 5, seed_ + 10) + 0.16 -
           0.55 * std::abs(py / shore_ - 0.42);
  };
  const double here = thickness(p.x, p.y);
  const double lit = thickness(p.x, p.y) - thickness(p.x + 0.012, p.y - 0.014);
  const Rgb cloud = blend({176, 168, 190}, {255, 250, 240}, 0.55 + 3.2 * lit);
  return blend(sky, cloud, 0.92 * smooth_step(0.05, 0.26, here));
}

void Backdrop::mountains(double top, double rise, double detail, Rgb rock, double haze,
                         bool snowy) {
  const std::uint64_t seed = seed_ + static_cast<std::uint64_t>(100 * top);
  const auto ridge = [&](double px) {
    const double n = fractal_noise(px * detail, 0.3, 5, seed);
    return y(top) - y(rise) * (1.6 * n + 0.5 * (0.5 - std::abs(std::fmod(px * detail, 1) - 0.5)));
  };
  canvas_.fill(
      {0, 0, canvas_.width(), shore_}, [&](Point p) { return 0.7 * (ridge(p.x) - p.y); },
      [&](Point p) {
        const double depth = (p.y - ridge(p.x)) / y(rise);
        // Facets: spurs run down from the ridge and bend, and are lit on the right.
        const double bend = 0.05 * fractal_noise(p.x * 8, p.y * 8, 3, seed + 1);
        const auto spur = [&](double px) {
          return fractal_noise(px * detail * 3.2 + bend * 8, p.y * 4.5, 4, seed + 2);
        };
        const double light = std::clamp((spur(p.x) - spur(p.x + 0.012)) * 9, -1.0, 1.0);
        Rgb color = shade(rock, 1 + 0.3 * light);
        if (light > 0) color = blend(color, {250, 208, 170}, 0.3 * light);
        if (snowy) {
          const double line = 0.55 + 0.5 * fractal_noise(p.x * 14, p.y * 14, 3, seed + 3);
          const Rgb snow = light > 0 ? blend({226, 226, 238}, kSnow, light)
                                     : blend({226, 226, 238}, {160, 174, 212}, -light);
          color = blend(color, snow, 1 - smooth_step(line - 0.12, line + 0.05, depth));
        }
        return blend(color, kHaze, haze * smooth_step(0.2, 2.2, depth));
      });
}

void Backdrop::hills(double top, double rise, Rgb dark, Rgb light, std::uint64_t stream) {
  const std::uint64_t seed = seed_ + stream;
  const auto ridge = [&](double px) {
    return y(top) - y(rise) * 1.7 * noise(px * 2.4 + 0.7, 0.5, seed);
  };
  canvas_.fill(
      {0, 0, canvas_.width(), shore_}, [&](Point p) { return ridge(p.x) - p.y; },
      [&](Point p) {
        const double depth = (p.y - ridge(p.x)) / y(rise);
        const double field = noise(p.x * 5 + 2 * depth, depth * 1.2, seed + 1);
        const double furrow = 0.1 * std::sin(90 * (p.x + 0.35 * depth * field) + 9 * depth);
        const Rgb color = blend(dark, light, 0.45 + 0.9 * field + furrow);
        return shade(color, 1.1 - 0.16 * depth);
      });
}

}  // namespace vggstyle::contrived

#include <numbers>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {
namespace {

constexpr Point kTowardsLight{-0.6, -0.8};
constexpr Rgb kInside{30, 28, 34};

/// A cone of ribbed plates with a hole on top, which two lids close but for a slit.
struct Shell {
  Point centre;
  double radius = 0;
  double turn = 0;  // of the slit
  double ribs = 0;  // around it
  Rgb color;
  std::uint64_t seed = 0;
};

void shadow(const Shell& shell, Canvas& canvas) {
  const double reach = 1.3 * shell.radius;
  const Point centre{shell.centre.x - 0.2 * shell.radius * kTowardsLight.x,
                     shell.centre.y - 0.2 * shell.radius * kTowardsLight.y};
  const Box box{centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach};
  canvas.for_each_pixel(box, [&](int x, int y, Point p) {
    const double r = std::hypot(p.x - centre.x, p.y - centre.y) / shell.radius;
    canvas.blend_pixel(x, y, {12, 14, 18}, 0.65 * (1 - smooth_step(0.8, 1.3, r)));
  });
}

void draw(const Shell& shell, Canvas& canvas) {
  shadow(shell, canvas);
  const Point along{std::cos(shell.turn), std::sin(shell.turn)};
  const double phase = static_cast<double>(shell.seed & 0xFFFu);
  const auto angle = [&](Point p) {
    return std::atan2(p.y - shell.centre.y, p.x - shell.centre.x);
  };
  // Uneven ribs: where they lie wanders as one goes round.
  const auto rib_at = [&](Point p) {
    const double turn = angle(p);
    return shell.ribs * turn +
           1.5 * noise(2 * std::cos(turn) + phase, 2 * std::sin(turn), shell.seed);
  };
  const auto outline = [&](Point p) {
    const double turn = angle(p);
    return shell.radius *
           (0.92 + 0.14 * noise(1.3 * std::cos(turn), 1.3 * std::sin(turn) + phase, shell.seed) +
            0.025 * std::cos(rib_at(p)));
  };

  const double reach = 1.15 * shell.radius;
  const Box box{shell.centre.x - reach, shell.centre.y - reach, shell.centre.x + reach,
                shell.centre.y + reach};
  canvas.fill(
      box,
      [&](Point p) { return std::hypot(p.x - shell.centre.x, p.y - shell.centre.y) - outline(p); },
      [&](Point p) {
        const double dx = p.x - shell.centre.x, dy = p.y - shell.centre.y;
        const double r = std::max(std::hypot(dx, dy), 1e-9);
        const double out = r / outline(p);  // 0..1
        // The wall: lit on one side, ribs lit on one flank, darker at the foot.
        const double facing = (dx * kTowardsLight.x + dy * kTowardsLight.y) / r;
        const double sideways = (-dy * kTowardsLight.x + dx * kTowardsLight.y) / r;
        const double rib = rib_at(p);
        const double growth = noise(9 * out, phase, shell.seed + 1);
        const double light = 0.92 + 0.3 * facing + 0.14 * std::cos(rib) -
                             0.2 * std::sin(rib) * sideways + 0.08 * growth -
                             0.3 * smooth_step(0.75, 1, out);
        const Rgb wall = shade(shell.color, light);

        // The hole, an oval with corners at the ends of the slit; its far wall is lit.
        const double u = std::abs(dx * along.x + dy * along.y) / (0.5 * shell.radius);
        const double v = (dy * along.x - dx * along.y) / (0.38 * shell.radius);
        const double hole = std::pow(u, 1.4) + std::pow(std::abs(v), 1.4);
        const Rgb lid = blend(shade(shell.color, 0.5 - 0.25 * facing * std::sqrt(hole)), kInside,
                              1 - smooth_step(0.04, 0.2, std::abs(v)));
        const Rgb rim = shade(shell.color, 1.16 + 0.25 * facing);
        Rgb result = blend(rim, wall, smooth_step(1.2, 1.55, hole));
        result = blend(kInside, result, smooth_step(0.8, 1.1, hole));
        return blend(lid, result, smooth_step(0.55, 0.75, hole));
      });
}

/// Shells of one size, in a loose lattice.
struct Generation {
  double radius;
  double pitch;   // of the lattice, in radii
  double chance;  // that a place is taken
};

void settle(const Generation& generation, const std::vector<Rgb>& colors, Random& random,
            Canvas& canvas) {
  const double pitch = generation.pitch * generation.radius;
  const int shell_colors = static_cast<int>(colors.size()) - 1;
  for (double y = -pitch / 2; y < canvas.height() + pitch; y += pitch) {
    for (double x = -pitch / 2; x < canvas.width() + pitch; x += pitch) {
      Shell shell;
      shell.centre = {x + pitch * random.uniform(-0.4, 0.4), y + pitch * random.uniform(-0.4, 0.4)};
      shell.radius = generation.radius * random.uniform(0.75, 1.25);
      shell.turn = random.uniform(0, std::numbers::pi);
      shell.ribs = 9 + random.index(6);
      const int color = 1 + random.index(shell_colors);
      shell.color = shade(colors[static_cast<std::size_t>(color)], random.uniform(0.82, 1.12));
      shell.seed = random.bits();
      if (random.uniform() < generation.chance) draw(shell, canvas);
    }
  }
}

}  // namespace

/// The small fill what gaps the large leave; a few sit on top.
Picture barnacles(const ContriveRequest& request) {
  constexpr Generation kGenerations[] = {
      {0.034, 1.8, 0.85}, {0.056, 2.0, 0.6}, {0.095, 2.1, 0.5}, {0.03, 4.5, 0.25}};
  const std::vector<Rgb> colors = colors_or(
      request, {{50, 60, 66}, {222, 212, 196}, {196, 186, 174}, {206, 176, 164}, {166, 160, 162}});
  Random random(request.seed, 0);
  const std::uint64_t seed = random.bits();

  Canvas canvas(request.width, request.height);
  canvas.cover([&](Point p) {
    const double grain = fractal_noise(p.x * 20 / request.scale, p.y * 20 / request.scale, 3, seed);
    return shade(colors[0], 1 + 0.5 * grain);
  });
  for (Generation generation : kGenerations) {
    generation.radius *= request.scale;
    settle(generation, colors, random, canvas);
  }
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

#include <algorithm>
#include <numbers>
#include <vector>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {
namespace {

constexpr Rgb kShadow{44, 38, 62};
constexpr Point kShadowOf{1.15,
                          0.42};  // where what stands 1 high throws its shadow: the sun is low

struct Rock {
  Point foot;  // the middle of where it stands
  double radius = 0;
  Rgb color;
  std::uint64_t seed = 0;

  /// How far it reaches from its middle in that direction.
  double outline(double angle) const {
    return radius * (0.88 + 0.3 * noise(1.4 * std::cos(angle) + 7, 1.4 * std::sin(angle), seed));
  }
  Point middle() const { return {foot.x, foot.y - 0.6 * radius}; }
};

/// The rock's outline, laid along the ground.
void cast_shadow(const Rock& rock, Canvas& canvas) {
  const Point middle = rock.middle();
  const double tall = 1.9 * rock.radius;
  canvas.fill(
      {rock.foot.x - 1.2 * rock.radius, rock.foot.y - 0.5 * rock.radius,
       rock.foot.x + 1.2 * rock.radius + kShadowOf.x * tall, rock.foot.y + kShadowOf.y * tall},
      [&](Point p) {
        const double height = (p.y - rock.foot.y) / kShadowOf.y;
        const double dx = p.x - kShadowOf.x * height - middle.x;
        const double dy = rock.foot.y - height - middle.y;
        const double out = std::hypot(dx, dy) - rock.outline(std::atan2(dy, dx));
        return kShadowOf.y * std::max(out, -height - 0.4 * rock.radius);
      },
      [&](Point p) { return blend(canvas.sample(p), kShadow, 0.72); });
}

void draw(const Rock& rock, Canvas& canvas) {
  const Point middle = rock.middle();
  const double reach = 1.2 * rock.radius;
  canvas.fill(
      {middle.x - reach, middle.y - reach, middle.x + reach, middle.y + reach},
      [&](Point p) {
        const double dx = p.x - middle.x, dy = p.y - middle.y;
        return std::max(std::hypot(dx, dy) - rock.outline(std::atan2(dy, dx)),
                        p.y - rock.foot.y - 0.1 * rock.radius);
      },
      [&](Point p) {
        const double dx = (p.x - middle.x) / rock.radius, dy = (p.y - middle.y) / rock.radius;
        const auto relief = [&](double x, double y) {
          return fractal_noise(x * 2.2 + 3, y * 2.2, 5, rock.seed + 1);
        };
        // Round as a whole, rough in detail.
        const double slope = (relief(dx + 0.06, dy) - relief(dx, dy)) / 0.06;
        const double light = std::clamp(0.75 - 0.6 * dx - 0.45 * dy + 0.3 * slope, 0.2, 1.45);
        const Rgb shaded = blend(kShadow, rock.color, 0.15 + 0.75 * light);
        return light > 1 ? blend(shaded, {255, 240, 214}, 0.5 * (light - 1)) : shaded;
      });
}

}  // namespace

/// Boulders on sand in the evening, each with its shadow.
Picture rocks(const ContriveRequest& request) {
  const std::vector<Rgb> colors =
      colors_or(request, {{222, 190, 142}, {172, 140, 116}, {150, 128, 118}, {188, 132, 96}});
  Random random(request.seed, 0);
  const std::uint64_t seed = random.bits();
  Canvas canvas(request.width, request.height);
  canvas.cover([&](Point p) {
    const double ripples = noise(p.x * 3 / request.scale + 3 * noise(p.x * 2, p.y * 2, seed),
                                 p.y * 26 / request.scale, seed + 1);
    const double grain = fractal_noise(p.x * 60, p.y * 60, 2, seed + 2);
    return shade(colors[0], 1 + 0.07 * ripples + 0.06 * grain);
  });

  std::vector<Rock> all;
  const double pitch = 0.26 * request.scale;
  for (double y = 0; y < canvas.height() + pitch; y += pitch) {
    for (double x = -pitch; x < canvas.width() + pitch; x += pitch) {
      Rock rock;
      rock.foot = {x + pitch * random.uniform(-0.4, 0.4), y + pitch * random.uniform(-0.35, 0.35)};
      rock.radius = pitch * std::pow(random.uniform(0.25, 0.65), 1.3);
      const int color = 1 + random.index(static_cast<int>(colors.size()) - 1);
      rock.color = shade(colors[static_cast<std::size_t>(color)], random.uniform(0.9, 1.15));
      rock.seed = random.bits();
      if (random.uniform() < 0.75) all.push_back(rock);
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Rock& a, const Rock& b) { return a.foot.y < b.foot.y; });
  for (const Rock& rock : all) cast_shadow(rock, canvas);
  for (const Rock& rock : all) draw(rock, canvas);
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

#include <numbers>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {
namespace {

struct Leaf {
  Point base;
  Point along;        // unit vector, from the base to the tip
  double length = 0;  // the blade's
  double width = 0;   // of half the blade at its widest, in lengths
  double bend = 0;    // of the midrib, in lengths
  Rgb color;
  std::uint64_t seed = 0;
};

/// Where on the blade a point lies, in lengths.
struct Place {
  double along = 0;   // from base (0) to tip (1)
  double across = 0;  // from the midrib, signed
};

Place place_on(const Leaf& leaf, Point p) {
  const double dx = (p.x - leaf.base.x) / leaf.length, dy = (p.y - leaf.base.y) / leaf.length;
  const double along = dx * leaf.along.x + dy * leaf.along.y;
  const double straight = dy * leaf.along.x - dx * leaf.along.y;
  return {along, straight - leaf.bend * 4 * along * (1 - along)};
}

/// How far a place is outside the blade, in lengths.
double outside(const Leaf& leaf, Place place) {
  const double t = std::clamp(place.along, 0.0, 1.0);
  // Round at the base, widest at 0.4, pointed at the tip.
  const double half = leaf.width * 1.96 * std::pow(t, 0.6) * (1 - t) * std::sqrt(1.1 - 0.35 * t);
  return std::max({std::abs(place.across) - half, -place.along, place.along - 1});
}

/// The share of a pixel that a line covers, `distance` away and `half` of its width.
double line(double distance, double half, double pixel) {
  const auto below = [&](double edge) {
    return std::clamp(0.5 + (edge - distance) / pixel, 0.0, 1.0);
  };
  return below(half) - below(-half);
}

Rgb color_at(const Leaf& leaf, Place place, double pixel) {
  constexpr double kSpacing = 0.095;  // of the veins
  const double side = place.across > 0 ? 1 : -1;
  const double from_midrib = std::abs(place.across);
  // Side veins leave the midrib forward, alternating, and bend towards the tip.
  const double vein =
      (place.along - 0.75 * from_midrib + 0.8 * from_midrib * from_midrib) / kSpacing + 0.25 * side;
  const double to_vein = std::abs(vein - std::round(vein)) * kSpacing * 0.8;

  // Folded along the midrib: one half faces the light; between veins the blade bulges.
  const double facing = side * (leaf.along.x * -0.8 + leaf.along.y * 0.6);
  const double bulge = to_vein / kSpacing - 0.2;
  const double mottle =
      noise(place.along * 6 + static_cast<double>(leaf.seed & 0xFFu), place.across * 6, leaf.seed);
  const double rim = smooth_step(-0.035, 0, outside(leaf, place));
  Rgb result = shade(leaf.color, 1 + 0.16 * facing + 0.35 * bulge + 0.1 * mottle - 0.15 * rim);

  const Rgb pale = blend(leaf.color, {238, 236, 190}, 0.5);
  result = blend(result, pale, 0.7 * line(to_vein, 0.0045, pixel));
  return blend(result, pale, line(from_midrib, 0.012 * (1.1 - place.along), pixel));
}

void draw(const Leaf& leaf, Canvas& canvas) {
  const double pixel = canvas.pixel() / leaf.length;
  const double reach = leaf.length * 0.75;
  const Point middle{leaf.base.x + leaf.along.x * leaf.length / 2,
                     leaf.base.y + leaf.along.y * leaf.length / 2};
  const Box box{middle.x - reach, middle.y - reach, middle.x + reach, middle.y + reach};

  const Point shift{0.025 * leaf.length, 0.035 * leaf.length};  // away from the light
  canvas.for_each_pixel(box, [&](int x, int y, Point p) {
    const double out = outside(leaf, place_on(leaf, {p.x - shift.x, p.y - shift.y}));
    canvas.blend_pixel(x, y, {8, 12, 10}, 0.6 * (1 - smooth_step(-0.03, 0.05, out)));
  });

  const Point stalk{leaf.base.x - 0.18 * leaf.length * leaf.along.x,
                    leaf.base.y - 0.18 * leaf.length * leaf.along.y};
  canvas.fill(
      box,
      [&](Point p) { return limb(p, stalk, leaf.base, 0.008 * leaf.length, 0.013 * leaf.length); },
      [&](Point) {
        return blend(leaf.color, {238, 236, 190}, 0.35);
      });
  canvas.fill(
      box, [&](Point p) { return leaf.length * outside(leaf, place_on(leaf, p)); },
      [&](Point p) { return color_at(leaf, place_on(leaf, p), pixel); });
}

/// Leaves strewn at random; `brightness` of those deep down is less.
struct Coat {
  double length;
  double coats;  // how often they cover the canvas
  double brightness;
};

void strew(const Coat& coat, const std::vector<Rgb>& colors, Random& random, Canvas& canvas) {
  const double margin = coat.length;
  const double width = canvas.width() + 2 * margin, height = canvas.height() + 2 * margin;
  const int leaf_colors = static_cast<int>(colors.size()) - 1;
  const int count =
      static_cast<int>(coat.coats * width * height / (0.3 * coat.length * coat.length));
  for (int i = 0; i < count; ++i) {
    Leaf leaf;
    leaf.base = {random.uniform(-margin, canvas.width() + margin),
                 random.uniform(-margin, canvas.height() + margin)};
    const double angle = random.uniform(0, 2 * std::numbers::pi);
    leaf.along = {std::cos(angle), std::sin(angle)};
    leaf.length = coat.length * random.uniform(0.75, 1.25);
    leaf.width = random.uniform(0.17, 0.25);
    leaf.bend = random.uniform(-0.08, 0.08);
    const int color = 1 + random.index(leaf_colors);
    leaf.color = shade(colors[static_cast<std::size_t>(color)],
                       coat.brightness * random.uniform(0.85, 1.15));
    leaf.seed = random.bits();
    draw(leaf, canvas);
  }
}

}  // namespace

Picture leaves(const ContriveRequest& request) {
  constexpr Coat kCoats[] = {{0.2, 1.6, 0.45}, {0.24, 1.0, 0.75}, {0.27, 0.5, 1.0}};
  const std::vector<Rgb> colors = colors_or(request, {{18, 26, 20},
                                                      {58, 104, 50},
                                                      {84, 132, 58},
                                                      {46, 84, 56},
                                                      {150, 158, 66},
                                                      {112, 150, 84},
                                                      {186, 122, 44}});
  Random random(request.seed, 0);
  Canvas canvas(request.width, request.height);
  canvas.cover([&](Point) { return colors[0]; });
  for (Coat coat : kCoats) {
    coat.length *= request.scale;
    strew(coat, colors, random, canvas);
  }
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

#include <numbers>
#include <vector>

#include "tools/contrive/brush.h"
#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {
namespace {

constexpr Rgb kPrussian{16, 30, 66}, kUltramarine{30, 52, 124}, kCobalt{52, 94, 168},
    kCerulean{104, 158, 200}, kMist{176, 204, 206}, kCream{250, 240, 190}, kYellow{246, 208, 76},
    kOchre{208, 148, 44}, kOrange{222, 116, 34}, kOlive{64, 84, 50}, kEarth{44, 40, 44};

/// A light in the sky with rings around it, and wind that turns about it.
struct Swirl {
  Point centre;
  double radius = 0;
  double spin = 0;     // the wind's strength, signed
  bool glows = false;  // else it is wind alone
};

/// What is painted: which way the strokes run, and what colour they are.
class Night {
 public:
  Night(double width, double height, std::uint64_t seed) : height_(height), seed_(seed) {
    Random random(seed, 1);
    const double ground = 0.8 * height;
    // Two great swirls of wind, then lights where there is room.
    add({{random.uniform(0.3, 0.45) * width, random.uniform(0.36, 0.46) * height},
         0.23,
         1.5,
         false});
    add({{random.uniform(0.6, 0.72) * width, random.uniform(0.5, 0.58) * height},
         0.15,
         -1.2,
         false});
    add({{random.uniform(0.8, 0.88) * width, random.uniform(0.13, 0.2) * height}, 0.17, 0.9, true});
    const int tries = static_cast<int>(60 * width * height);
    for (int i = 0; i < tries; ++i) {
      const Swirl light{{random.uniform(0, width), random.uniform(0.04, 0.72) * ground},
                        random.uniform(0.055, 0.1),
                        random.uniform(0.5, 0.8),
                        true};
      if (has_room(light)) add(light);
    }
  }

  bool is_ground(Point p) const { return p.y > ground_at(p.x); }

  /// A unit vector.
  Point direction(Point p) const {
    Point v{1, 0.35 * std::sin(2.2 * p.x + 5 * noise(p.x * 0.8, p.y * 0.8, seed_))};
    if (is_ground(p)) {
      const double slope = (ground_at(p.x + 0.01) - ground_at(p.x - 0.01)) / 0.02;
      v = {1, slope + 0.9 * noise(p.x * 5, p.y * 7, seed_ + 7)};
    } else {
      for (const Swirl& swirl : swirls_) {
        const double dx = p.x - swirl.centre.x, dy = p.y - swirl.centre.y;
        const double r = std::hypot(dx, dy) / swirl.radius;
        const double pull = 4 * swirl.spin * std::exp(-r * r / 1.6) / (r + 0.08) / swirl.radius;
        // A light is in the lee: the wind of what came before it stops at its halo.
        const double others = swirl.glows ? smooth_step(0.6, 1.4, r) : 1;
        v = {others * v.x - pull * dy, others * v.y + pull * dx};
      }
      v.y += 0.35 * noise(p.x * 4, p.y * 4, seed_ + 8);
    }
    const double length = std::max(std::hypot(v.x, v.y), 1e-9);
    return {v.x / length, v.y / length};
  }

  Rgb color(Point p) const {
    if (is_ground(p)) return ground_color(p);
    Rgb result = sky_color(p);
    for (const Swirl& swirl : swirls_) {
      const double r = std::hypot(p.x - swirl.centre.x, p.y - swirl.centre.y) / swirl.radius;
      if (swirl.glows) {
        result = blend(result, halo(r), 1 - smooth_step(0.75, 1.25, r));
      } else {
        // Wound in: pale and dark arms, which meet in the middle.
        const double turn = std::atan2(p.y - swirl.centre.y, p.x - swirl.centre.x);
        const double arm = std::sin(2 * turn - 7 * r * (swirl.spin > 0 ? 1 : -1));
        const Rgb wound =
            arm > 0 ? blend(kCerulean, kMist, arm) : blend(kCobalt, kUltramarine, -arm);
        result = blend(result, wound, 0.9 * (1 - smooth_step(0.5, 1.3, r)));
      }
    }
    return result;
  }

 private:
  void add(const Swirl& swirl) { swirls_.push_back(swirl); }

  bool has_room(const Swirl& light) const {
    for (const Swirl& other : swirls_) {
      const double gap =
          std::hypot(light.centre.x - other.centre.x, light.centre.y - other.centre.y);
      if (gap < 1.15 * (light.radius + other.radius)) return false;
    }
    return true;
  }

  double ground_at(double x) const {
    return height_ * (0.82 + 0.05 * std::sin(3.1 * x + 1) + 0.05 * noise(2.3 * x, 0.5, seed_ + 9));
  }

  static Rgb halo(double r) {
    if (r < 0.3) return blend(kCream, kYellow, r / 0.3);
    if (r < 0.6) return blend(kYellow, kOchre, (r - 0.3) / 0.3);
    if (r < 0.72) return blend(kOchre, kMist, (r - 0.6) / 0.12);
    return blend(kMist, kCerulean, (r - 0.72) / 0.4);
  }

  /// Bands that the wind draws out, from dark to pale, lighter towards the ground.
  Rgb sky_color(Point p) const {
    const double bend = 0.25 * fractal_noise(p.x * 1.5, p.y * 1.5, 3, seed_ + 2);
    const double band = fractal_noise(p.x * 1.2 + bend, p.y * 5.5 + 3 * bend, 3, seed_ + 3);
    const double t = 0.42 + 0.75 * band + 0.3 * (p.y / height_ - 0.45);
    constexpr Rgb kSteps[] = {kPrussian, kUltramarine, kCobalt, kCerulean, kMist};
    const double step = std::clamp(t, 0.0, 0.999) * 4;
    const int i = static_cast<int>(step);
    return blend(kSteps[i], kSteps[i + 1], step - i);
  }

  Rgb ground_color(Point p) const {
    const double depth = (p.y - ground_at(p.x)) / height_;
    const double field = fractal_noise(p.x * 5, p.y * 9, 3, seed_ + 4);
    Rgb result = field > 0.12    ? blend(kOchre, kOrange, (field - 0.12) * 4)
                 : field > -0.15 ? blend(kOlive, kOchre, (field + 0.15) * 3)
                                 : blend(kOlive, kPrussian, 0.6);
    return blend(kEarth, result, 0.25 + 14 * depth);  // a dark line of hills against the sky
  }

  double height_;
  std::uint64_t seed_;
  std::vector<Swirl> swirls_;  // winds first, then lights
};

/// Paint is never mixed twice alike: a little lighter or darker, and now and then another tube.
Rgb vary(Rgb color, Random& random) {
  const double light = 1 + 0.3 * (random.uniform() - 0.5);
  const double warm = 14 * (random.uniform() - 0.5);
  color = shade(color, light);
  color.r += static_cast<float>(warm);
  color.b -= static_cast<float>(warm);
  const double accent = random.uniform();
  if (accent < 0.03) return blend(color, kMist, 0.6);
  if (accent < 0.05) return blend(color, kOchre, 0.55);
  if (accent < 0.09) return blend(color, kPrussian, 0.6);
  return color;
}

struct Layer {
  double width, length;  // of its strokes
  double coats;          // how often it covers the canvas
};

void paint_layer(const Layer& layer, const Night& night, Random& random, Canvas& canvas) {
  const double margin = layer.length / 2;
  const double area = (canvas.width() + 2 * margin) * (canvas.height() + 2 * margin);
  const int count = static_cast<int>(layer.coats * area / (layer.width * layer.length));
  for (int i = 0; i < count; ++i) {
    Stroke stroke;
    Point p{random.uniform(-margin, canvas.width() + margin),
            random.uniform(-margin, canvas.height() + margin)};
    stroke.seed = random.bits();
    stroke.width = layer.width * random.uniform(0.75, 1.2);
    const double length = layer.length * random.uniform(0.6, 1.3);
    const double step = 0.4 * layer.width;
    const bool on_ground = night.is_ground(p);
    std::vector<Point>& path = stroke.path;
    for (double walked = 0; walked < length || path.size() < 2; walked += step) {
      path.push_back(p);
      const Point d = night.direction(p);
      p = {p.x + step * d.x, p.y + step * d.y};
      if (path.size() >= 2 && night.is_ground(p) != on_ground) break;
    }
    stroke.color = vary(night.color(path[path.size() / 2]), random);
    paint(stroke, canvas);
  }
}

}  // namespace

/// An expressive night: strokes along the wind, in three coats, the finer over the coarser.
Picture strokes(const ContriveRequest& request) {
  constexpr Layer kLayers[] = {{0.05, 0.3, 2.5}, {0.026, 0.16, 2.2}, {0.015, 0.09, 0.9}};
  Canvas canvas(request.width, request.height);
  const Night night(canvas.width(), canvas.height(), mix_bits(request.seed));
  canvas.cover([&](Point p) { return shade(night.color(p), 0.85); });
  Random random(request.seed, 2);
  for (const Layer& layer : kLayers) {
    paint_layer({request.scale * layer.width, request.scale * layer.length, layer.coats}, night,
                random, canvas);
  }
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

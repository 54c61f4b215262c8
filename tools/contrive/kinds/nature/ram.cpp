#include <numbers>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {
namespace {

constexpr Rgb kCoat{148, 112, 82}, kDark{76, 56, 46}, kPale{226, 214, 196}, kHorn{188, 158, 112};

/// A bighorn ram from the side. Lengths are in units of its own, `unit` of the canvas's; x points
/// where it looks, y up from its hooves.
class Ram {
 public:
  Ram(Canvas& canvas, Point hooves, double unit, bool looks_left, std::uint64_t seed)
      : canvas_(canvas), hooves_(hooves), unit_(unit), left_(looks_left), seed_(seed) {}

  void paint() {
    shadow();
    for (const double x : {-0.62, 0.5}) leg(x + 0.16, 0.72);  // the far ones
    body();
    for (const double x : {-0.66, 0.46}) leg(x, 1);
    blob({-0.98, 1.16}, 0.15, 0.2, kPale);  // the rump patch
    neck();
    head();
    horn();
  }

 private:
  Point at(double x, double y) const {
    return {hooves_.x + (left_ ? -x : x) * unit_, hooves_.y - y * unit_};
  }
  Box box(double x0, double y0, double x1, double y1) const {
    const Point a = at(x0, y1), b = at(x1, y0);
    return {std::min(a.x, b.x), a.y, std::max(a.x, b.x), b.y};
  }
  /// Lit from above, with the grain of fur.
  Rgb fur(Rgb color, Point p) const {
    const double up = (hooves_.y - p.y) / unit_;
    const double grain = fractal_noise(p.x / unit_ * 9, p.y / unit_ * 9, 3, seed_);
    return shade(color, 0.72 + 0.3 * smooth_step(0.7, 1.7, up) + 0.22 * grain);
  }

  void shadow() {
    canvas_.fill(
        box(-1.3, -0.14, 1.2, 0.12),
        [&](Point p) { return ellipse(p, at(-0.05, -0.01), 1.2 * unit_, 0.11 * unit_); },
        [&](Point p) {
          return blend(canvas_.sample(p), {30, 26, 32}, 0.6);
        });
  }
  void blob(Point centre, double rx, double ry, Rgb color) {
    canvas_.fill(
        box(centre.x - rx, centre.y - ry, centre.x + rx, centre.y + ry),
        [&](Point p) { return ellipse(p, at(centre.x, centre.y), rx * unit_, ry * unit_); },
        [&](Point p) { return fur(color, p); });
  }
  void line(Point a, Point b, double ra, double rb, Rgb color) {
    const double reach = std::max(ra, rb);
    canvas_.fill(
        box(std::min(a.x, b.x) - reach, std::min(a.y, b.y) - reach, std::max(a.x, b.x) + reach,
            std::max(a.y, b.y) + reach),
        [&](Point p) { return limb(p, at(a.x, a.y), at(b.x, b.y), ra * unit_, rb * unit_); },
        [&](Point p) { return fur(color, p); });
  }

  void leg(double x, double brightness) {
    const Rgb coat = shade(kCoat, brightness);
    line({x, 0.85}, {x + 0.03, 0.45}, 0.16, 0.075, coat);
    line({x + 0.03, 0.45}, {x, 0.06}, 0.07, 0.055, shade(kPale, 0.9 * brightness));
    line({x, 0.04}, {x + 0.05, 0.03}, 0.055, 0.05, kDark);
  }
  void body() {
    blob({-0.1, 1.1}, 0.95, 0.4, kCoat);
    blob({-0.62, 1.14}, 0.42, 0.4, kCoat);
    blob({0.5, 1.12}, 0.44, 0.44, kCoat);
    blob({-0.1, 0.84}, 0.62, 0.15, kPale);  // the belly
  }
  void neck() { line({0.6, 1.25}, {0.98, 1.72}, 0.34, 0.2, kCoat); }
  void head() {
    line({1.0, 1.78}, {1.36, 1.52}, 0.19, 0.1, kCoat);
    blob({1.42, 1.48}, 0.1, 0.09, kPale);
    blob({1.46, 1.5}, 0.03, 0.022, kDark);  // the nose
    blob({1.16, 1.79}, 0.032, 0.03, {20, 14, 12});
  }
  /// Back from the brow, down and round to the cheek: a spiral that grows thinner, with rings.
  void horn() {
    constexpr int kSteps = 64;
    for (int i = 0; i < kSteps; ++i) {
      const double t = static_cast<double>(i) / (kSteps - 1);
      const double angle = std::numbers::pi * (0.42 + 1.62 * t);
      const double reach = 0.37 - 0.1 * t;
      const Point p{0.93 + reach * std::cos(angle), 1.72 + reach * std::sin(angle)};
      const double ring = 0.82 + 0.24 * std::abs(std::sin(20 * t));
      const double radius = 0.15 - 0.11 * t;
      canvas_.fill(
          box(p.x - radius, p.y - radius, p.x + radius, p.y + radius),
          [&](Point q) { return disc(q, at(p.x, p.y), radius * unit_); },
          [&](Point q) {
            const double up = (at(p.x, p.y).y - q.y) / (radius * unit_);
            return shade(kHorn, ring * (0.86 + 0.26 * up));
          });
    }
  }

  Canvas& canvas_;
  Point hooves_;
  double unit_;
  bool left_;
  std::uint64_t seed_;
};

}  // namespace

/// One animal on a stony slope before a plain sky.
Picture ram(const ContriveRequest& request) {
  Random random(request.seed, 0);
  const std::uint64_t seed = random.bits();
  Canvas canvas(request.width, request.height);
  const bool left = random.index(2) == 1;
  const double tilt = random.uniform(-0.1, 0.1), base = canvas.height() * 0.74;
  const auto ground = [&](double x) {
    return base + tilt * (x - canvas.width() / 2) + 0.03 * fractal_noise(x * 4, 0.5, 4, seed);
  };
  canvas.cover([&](Point p) {
    return blend({104, 152, 208}, {222, 226, 222}, p.y / canvas.height());
  });
  canvas.fill(
      canvas.everywhere(), [&](Point p) { return ground(p.x) - p.y; },
      [&](Point p) {
        const auto stones = [&](double x, double y) {
          return fractal_noise(x * 9, y * 13, 5, seed + 1);
        };
        const double here = stones(p.x, p.y);
        const double lit = (here - stones(p.x + 0.008, p.y + 0.01)) / 0.012;
        const Rgb stone = blend({120, 104, 92}, {160, 142, 118}, 0.5 + here);
        const Rgb grass = blend(stone, {124, 128, 66}, smooth_step(0.05, 0.3, here));
        return shade(grass, std::clamp(0.95 + 0.09 * lit, 0.5, 1.5));
      });
  const double x = canvas.width() / 2 + random.uniform(-0.08, 0.08);
  Ram(canvas, {x, ground(x) + 0.045}, 0.25 * random.uniform(0.92, 1.05), left, seed + 2).paint();
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

#include <array>
#include <numbers>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/kinds/backdrop.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {
namespace {

constexpr Rgb kSail{248, 246, 244}, kStone{196, 176, 150}, kMortar{120, 102, 88},
    kRoof{172, 66, 46}, kWall{238, 222, 194}, kLeafDark{22, 50, 30}, kLeaf{62, 112, 46},
    kLeafLight{164, 178, 70}, kBark{66, 46, 36}, kWater{38, 82, 104};

/// Paints the picture from back to front. Everything is placed by fractions of the canvas and
/// sized by its shorter side; the light comes from the right.
class Painter {
 public:
  Painter(int width, int height, std::uint64_t seed)
      : canvas_(width, height), seed_(mix_bits(seed)), random_(seed, 3) {
    sun_ = {x(random_.uniform(0.62, 0.78)), y(random_.uniform(0.17, 0.24))};
    shore_ = y(0.62);
  }

  Picture paint() && {
    Backdrop(canvas_, seed_, sun_, shore_).paint();
    woods();
    house({x(0.8), shore_ - 0.035});
    bridge();
    reflection();
    boat({x(0.60), y(0.735)});
    bank();
    great_tree({x(0.13), y(0.93)});
    cypress({x(0.945), y(0.955)}, 0.30);
    cypress({x(0.875), y(0.975)}, 0.2);
    flowers();
    return std::move(canvas_).finish();
  }

 private:
  double x(double fraction) const { return fraction * canvas_.width(); }
  double y(double fraction) const { return fraction * canvas_.height(); }

  /// A leafy crown of many small tufts: dark ones first, the light ones towards the sun.
  void crown(Point centre, double rx, double ry, int tufts, double size) {
    for (int i = 0; i < tufts; ++i) {
      const double turn = random_.uniform(0, 2 * std::numbers::pi);
      const double r = std::sqrt(random_.uniform());
      const double stage = static_cast<double>(i) / tufts;
      // The later a tuft, the nearer to the light.
      const Point p{centre.x + rx * (r * std::cos(turn) * (1 - 0.25 * stage) + 0.16 * stage),
                    centre.y + ry * (r * std::sin(turn) * (1 - 0.25 * stage) - 0.2 * stage)};
      const double facing =
          0.5 + 0.45 * ((p.x - centre.x) / rx - 1.2 * (p.y - centre.y) / ry) / 1.6;
      const double tone = stage * facing * 1.25 + random_.uniform(-0.12, 0.12);
      const Rgb color = tone < 0.4 ? blend(kLeafDark, kLeaf, tone / 0.4)
                                   : blend(kLeaf, kLeafLight, (tone - 0.4) / 0.5);
      const double radius = size * random_.uniform(0.6, 1.2);
      canvas_.fill(
          {p.x - radius, p.y - radius, p.x + radius, p.y + radius},
          [&](Point q) { return ellipse(q, p, radius, 0.72 * radius); },
          [&](Point) { return color; });
    }
  }

  /// Round trees along the far shore, few before the house.
  void woods() {
    for (int i = 0; i < static_cast<int>(34 * canvas_.width()); ++i) {
      const double at = random_.uniform(0, canvas_.width());
      const double share = at / canvas_.width();
      if (share > 0.7 && share < 0.9) continue;
      const double size = random_.uniform(0.012, 0.026);
      crown({at, shore_ - 0.7 * size - random_.uniform(0, 0.012)}, size, 1.15 * size, 40,
            0.3 * size);
    }
  }

  void rectangle_of(Box box, Rgb color) {
    canvas_.fill(
        box, [=](Point p) { return rectangle(p, box); }, [=](Point) { return color; });
  }

  void triangle_of(Point a, Point b, Point c, Rgb color) {
    const Box box{std::min({a.x, b.x, c.x}), std::min({a.y, b.y, c.y}), std::max({a.x, b.x, c.x}),
                  std::max({a.y, b.y, c.y})};
    canvas_.fill(
        box, [=](Point p) { return triangle(p, a, b, c); }, [=](Point) { return color; });
  }

  /// A house with a tower, its foot's middle at `foot`.
  void house(Point foot) {
    const double u = 0.01;
    const auto at = [&](double dx, double dy) { return Point{foot.x + dx * u, foot.y - dy * u}; };
    const auto box = [&](double left, double bottom, double right, double top) {
      return Box{foot.x + left * u, foot.y - top * u, foot.x + right * u, foot.y - bottom * u};
    };
    canvas_.fill(
        box(-16, -4, 16, 3), [&](Point p) { return ellipse(p, at(0, -3), 15 * u, 4.5 * u); },
        [&](Point p) { return blend(kLeaf, kLeafLight, 0.3 + noise(p.x * 60, p.y * 60, seed_)); });
    // The tower, behind.
    rectangle_of(box(-8.5, 0, -4, 15), shade(kWall, 0.8));
    rectangle_of(box(-6, 0, -4, 15), kWall);
    triangle_of(at(-9.2, 15), at(-6.2, 23), at(-3.3, 15), shade(kRoof, 0.7));
    triangle_of(at(-6, 15), at(-6.2, 23), at(-3.3, 15), kRoof);
    rectangle_of(box(-6.9, 10.5, -5.5, 13), {50, 44, 56});
    // The long side in shade, the gable in the sun.
    rectangle_of(box(-6, 0, 4, 6.5), shade(kWall, 0.82));
    rectangle_of(box(4, 0, 10, 6.5), kWall);
    rectangle_of(box(-1, 9, 0.8, 13.5), shade(kRoof, 0.6));  // the chimney
    triangle_of(at(4, 6.4), at(7, 12.5), at(10, 6.4), kWall);
    // The roof: a slanted sheet from the gable's top to the left.
    triangle_of(at(-7, 6.2), at(-4, 12.6), at(7.1, 12.6), shade(kRoof, 0.85));
    triangle_of(at(-7, 6.2), at(7.1, 12.6), at(3.9, 6.2), shade(kRoof, 0.85));
    canvas_.fill(
        box(6, 5, 11, 14),
        [&](Point p) { return limb(p, at(7, 12.7), at(10.4, 5.8), 0.4 * u, 0.4 * u); },
        [](Point) { return kRoof; });
    for (const double left : {-4.8, -2.0, 0.8}) {
      rectangle_of(box(left, 2.6, left + 1.5, 4.9), {60, 62, 84});
    }
    rectangle_of(box(5.2, 2.8, 6.4, 5), {84, 96, 122});
    rectangle_of(box(7.8, 2.8, 9, 5), {84, 96, 122});
    rectangle_of(box(6.5, 7.6, 7.5, 9.4), {84, 96, 122});
    rectangle_of(box(1.9, 0, 3.2, 3.4), {96, 60, 42});
    crown(at(13, 2.5), 3.4 * u, 4.2 * u, 70, 0.9 * u);
    crown(at(-11.5, 2), 2.6 * u, 3.4 * u, 60, 0.8 * u);
  }

  /// Round arches over the narrow arm of the lake; the road rises to the middle.
  void bridge() {
    constexpr int kArches = 4;
    const double left = x(0.16), right = x(0.66);
    const double span = (right - left) / kArches;
    const double radius = std::min(0.39 * span, 0.1);
    const double spring = shore_ - 0.012;
    const auto deck = [&](double px) {
      const double t = 2 * (px - left) / (right - left) - 1;
      return spring - radius * (1.32 + 0.22 * (1 - t * t));
    };
    const auto opening = [&](Point p) {
      const double nearest =
          left + (std::clamp(std::floor((p.x - left) / span), 0.0, kArches - 1.0) + 0.5) * span;
      return p.y < spring ? disc(p, {nearest, spring}, radius) : std::abs(p.x - nearest) - radius;
    };
    const Box box{left - 0.06, deck((left + right) / 2) - 0.03, right + 0.06, shore_ + 0.004};
    const double low = shore_ + 0.004;
    const auto body = [&](Point p) {
      return std::max({deck(p.x) - p.y, p.y - low, box.left - p.x, p.x - box.right});
    };
    // The vault's underside, seen through the opening a little to the left.
    canvas_.fill(
        box,
        [&](Point p) {
          return std::max({body(p), opening(p), -opening({p.x + 0.016, p.y + 0.004})});
        },
        [](Point) { return shade(kMortar, 0.62); });
    canvas_.fill(
        box, [&](Point p) { return std::max(body(p), -opening(p)); },
        [&](Point p) { return stone(p, opening(p), radius); });
    canvas_.fill(
        box, [&](Point p) { return std::abs(p.y - deck(p.x)) - 0.0055; },
        [&](Point p) { return shade(kStone, p.y < deck(p.x) ? 1.22 : 0.72); });
  }

  /// Courses of blocks, and a ring of lighter ones about each arch.
  Rgb stone(Point p, double from_arch, double radius) const {
    constexpr double kCourse = 0.0135, kBlock = 0.03;
    if (from_arch < 0.16 * radius) return shade(kStone, 1.14 + 0.1 * noise(p.x * 90, p.y * 90, 5));
    const double row = std::floor(p.y / kCourse);
    const double shifted = p.x / kBlock + (static_cast<long>(row) % 2 == 0 ? 0 : 0.5);
    const double joint =
        std::min(std::abs(p.y / kCourse - row - 0.5) * -kCourse + kCourse / 2,
                 std::abs(shifted - std::floor(shifted) - 0.5) * -kBlock + kBlock / 2);
    const double tone = noise(std::floor(shifted) * 0.7 + 0.4, row * 0.7 + 0.3, seed_ + 5);
    const Rgb block = shade(kStone, 0.9 + 0.26 * tone + 0.1 * noise(p.x * 40, p.y * 40, seed_));
    return blend(kMortar, block, smooth_step(0, 0.0028, joint));
  }

  /// The lake: what stands above it, upside down, drawn out by the waves.
  void reflection() {
    const Canvas above = canvas_;
    canvas_.fill(
        {0, shore_, canvas_.width(), canvas_.height()}, [&](Point p) { return shore_ - p.y; },
        [&](Point p) {
          const double depth = std::max(p.y - shore_, 0.0);
          // Waves look flatter and closer far away.
          const double scale = 0.05 + 0.9 * depth;
          const double wave = fractal_noise(p.x / scale * 0.7, 6 * std::log(scale), 3, seed_ + 6);
          const double ripple = noise(p.x * 9, 40 * std::log(scale), seed_ + 11);
          const Point source{p.x + (0.03 * wave + 0.02 * ripple) * std::sqrt(depth),
                             shore_ - depth * (1.02 + 0.1 * wave) - 0.002};
          Rgb color = blend(above.sample(source), kWater, 0.24 + 0.5 * depth);
          color = shade(color, 0.95 + 0.12 * ripple);
          // The sun's path of glints.
          const double off = (p.x - sun_.x) / (0.03 + 0.25 * depth);
          const double glint = smooth_step(0.12, 0.4, wave + 0.5 * ripple) * std::exp(-off * off);
          return blend(color, {255, 240, 190}, 0.9 * glint);
        });
    canvas_.fill(
        {0, shore_ - 0.01, canvas_.width(), shore_ + 0.01},
        [&](Point p) {
          return std::abs(p.y - shore_ - 0.003 * noise(p.x * 12, 1.5, seed_)) - 0.0028;
        },
        [](Point) {
          return Rgb{92, 88, 62};
        });
  }

  void boat(Point foot) {
    const double u = 0.011;
    const auto at = [&](double dx, double dy) { return Point{foot.x + dx * u, foot.y - dy * u}; };
    const Box shadow{foot.x - 6 * u, foot.y, foot.x + 6 * u, foot.y + 8 * u};
    canvas_.fill(
        shadow,
        [&](Point p) {
          const double sway = 0.5 * u * std::sin(p.y * 260);
          return triangle({p.x + sway, p.y}, at(0.3, -0.6), at(4, -1), at(0.3, -7.5));
        },
        [&](Point p) { return blend(canvas_.sample(p), kSail, 0.5); });
    triangle_of(at(0.4, 10.5), at(4.6, 2), at(0.4, 1.6), kSail);
    triangle_of(at(-0.1, 9.6), at(-0.1, 1.6), at(-3.2, 1.8), {214, 84, 58});
    rectangle_of({foot.x, foot.y - 11 * u, foot.x + 0.3 * u, foot.y}, kBark);
    canvas_.fill(
        {foot.x - 6 * u, foot.y - 2 * u, foot.x + 6 * u, foot.y + 2 * u},
        [&](Point p) {
          return std::max(ellipse(p, at(0, 1.1), 5 * u, 2.1 * u), foot.y - 1.1 * u - p.y);
        },
        [&](Point p) {
          return p.y < foot.y - 0.7 * u ? Rgb{240, 232, 214} : Rgb{120, 48, 38};
        });
  }

  double bank_at(double px) const {
    const double share = px / canvas_.width();
    return y(0.885) - 0.09 * std::exp(-std::pow(share / 0.3, 2)) -
           0.03 * smooth_step(0.7, 1, share) + 0.012 * noise(px * 7, 0.2, seed_ + 12);
  }

  /// The near shore: grass in tufts, with a path.
  void bank() {
    canvas_.fill(
        {0, y(0.75), canvas_.width(), canvas_.height()},
        [&](Point p) { return bank_at(p.x) - p.y; },
        [&](Point p) {
          const double depth = p.y - bank_at(p.x);
          const double patch = fractal_noise(p.x * 9, p.y * 16, 4, seed_ + 13);
          return blend(shade(kLeafDark, 1.3), {150, 160, 66}, 0.5 + patch - 1.2 * depth);
        });
    const int blades = static_cast<int>(1500 * canvas_.width());
    for (int i = 0; i < blades; ++i) {
      const double px = random_.uniform(0, canvas_.width());
      const double top = bank_at(px);
      const double t = static_cast<double>(i) / blades;  // from the back to the front
      const Point root{px, top + t * (canvas_.height() + 0.02 - top)};
      const double tall = (0.012 + 0.03 * t) * random_.uniform(0.6, 1.3);
      const Point tip{px + tall * random_.uniform(-0.45, 0.55), root.y - tall};
      const Rgb color = blend(kLeafDark, {178, 182, 84}, random_.uniform(0.15, 0.95));
      canvas_.fill(
          {std::min(root.x, tip.x) - 0.004, tip.y - 0.004, std::max(root.x, tip.x) + 0.004,
           root.y + 0.004},
          [&](Point p) { return limb(p, root, tip, 0.0014 + 0.001 * t, 0.0004); },
          [&](Point) { return color; });
    }
  }

  void branch(Point a, Point b, double ra, double rb) {
    const Box box{std::min(a.x, b.x) - ra, std::min(a.y, b.y) - ra, std::max(a.x, b.x) + ra,
                  std::max(a.y, b.y) + ra};
    canvas_.fill(
        box, [&](Point p) { return limb(p, a, b, ra, rb); },
        [&](Point p) {
          const double side = right_of(p, b, a) / ra;  // 1: the sun's side
          const double grain = noise(p.x * 120, p.y * 22, seed_ + 14);
          return blend(shade(kBark, 0.7), {150, 112, 80}, 0.35 + 0.4 * side + 0.3 * grain);
        });
  }

  void great_tree(Point foot) {
    const auto at = [&](double dx, double dy) { return Point{foot.x + dx, foot.y - dy}; };
    const Point fork = at(0.005, 0.34);
    crown(at(0.02, 0.53), 0.15, 0.13, 160, 0.024);  // behind the branches
    branch(at(-0.035, -0.01), at(-0.004, 0.08), 0.02, 0.022);
    branch(at(0.04, -0.01), at(0.006, 0.08), 0.016, 0.02);
    branch(at(0, 0), fork, 0.032, 0.02);
    branch(fork, at(-0.09, 0.5), 0.016, 0.007);
    branch(fork, at(0.03, 0.58), 0.016, 0.007);
    branch(at(0.004, 0.3), at(0.13, 0.46), 0.013, 0.005);
    crown(at(-0.09, 0.5), 0.1, 0.075, 210, 0.017);
    crown(at(0.14, 0.475), 0.085, 0.06, 180, 0.016);
    crown(at(0.03, 0.61), 0.125, 0.085, 260, 0.018);
  }

  /// A flame of dark tufts.
  void cypress(Point foot, double tall) {
    const int tufts = 420;
    for (int i = 0; i < tufts; ++i) {
      const double up = random_.uniform();
      const double half = 0.17 * tall * std::sin(std::numbers::pi * std::pow(1 - up, 0.75)) + 0.004;
      const double side = random_.uniform(-1, 1);
      const Point p{foot.x + side * half + 0.01 * std::sin(9 * up), foot.y - tall * up};
      const double tone = 0.5 * (side + 1) * (i / static_cast<double>(tufts));
      const Rgb color = blend({18, 40, 32}, {92, 124, 62}, tone + random_.uniform(-0.1, 0.1));
      const double size = 0.055 * tall * random_.uniform(0.5, 1);
      const Point tip{p.x + 0.2 * size, p.y - 1.6 * size};
      canvas_.fill(
          {p.x - size, tip.y - size, p.x + 2 * size, p.y + size},
          [&](Point q) { return limb(q, p, tip, 0.5 * size, 0.1 * size); },
          [&](Point) { return color; });
    }
  }

  void flowers() {
    constexpr std::array<Rgb, 4> kPetals = {Rgb{214, 54, 44}, Rgb{244, 206, 70}, Rgb{240, 236, 230},
                                            Rgb{150, 90, 170}};
    const int count = static_cast<int>(90 * canvas_.width());
    for (int i = 0; i < count; ++i) {
      const double px = random_.uniform(0, canvas_.width());
      const double top = bank_at(px) + 0.015;
      const double t = random_.uniform();
      const Point p{px, top + t * (canvas_.height() - top)};
      const double size = 0.0025 + 0.0045 * t;
      // Each sort grows in its own patches.
      const double patch = noise(p.x * 4, p.y * 4, seed_ + 15) + random_.uniform(-0.2, 0.2);
      const std::size_t sort = patch < -0.25 ? 3 : patch < 0 ? 1 : patch < 0.25 ? 0 : 2;
      canvas_.fill(
          {p.x - size, p.y - size, p.x + size, p.y + size},
          [&](Point q) { return ellipse(q, p, size, 0.75 * size); },
          [&](Point) { return kPetals[sort]; });
    }
  }

  Canvas canvas_;
  std::uint64_t seed_;
  Random random_;
  Point sun_;
  double shore_ = 0;
};

}  // namespace

Picture scene(const ContriveRequest& request) {
  return Painter(request.width, request.height, request.seed).paint();
}

}  // namespace vggstyle::contrived

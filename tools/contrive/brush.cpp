#include "tools/contrive/brush.h"

#include <limits>

#include "tools/contrive/noise.h"

namespace vggstyle::contrived {
namespace {

constexpr Point kTowardsLight{-0.6, -0.8};

/// Where on the stroke a pixel lies.
struct Place {
  double distance = std::numeric_limits<double>::infinity();  // from the path
  double across = 0;                                          // the same, signed
  double along = 0;                                           // from the start
  Point normal;                                               // towards positive `across`
};

/// The part of the canvas that a stroke can touch, with a Place for each pixel.
class Window {
 public:
  Window(const Stroke& stroke, const Canvas& canvas) {
    box_ = {stroke.path[0].x, stroke.path[0].y, stroke.path[0].x, stroke.path[0].y};
    for (const Point p : stroke.path) {
      box_ = {std::min(box_.left, p.x), std::min(box_.top, p.y), std::max(box_.right, p.x),
              std::max(box_.bottom, p.y)};
    }
    const double reach = stroke.width / 2 + canvas.pixel();
    box_ = {box_.left - reach, box_.top - reach, box_.right + reach, box_.bottom + reach};
    int right = 0, bottom = 0;
    left_ = top_ = std::numeric_limits<int>::max();
    canvas.for_each_pixel(box_, [&](int x, int y, Point) {
      left_ = std::min(left_, x);
      top_ = std::min(top_, y);
      right = std::max(right, x + 1);
      bottom = std::max(bottom, y + 1);
    });
    if (right == 0) return;  // off the canvas
    columns_ = right - left_;
    places_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(bottom - top_));
  }

  const Box& box() const { return box_; }
  Place& at(int x, int y) {
    return places_[static_cast<std::size_t>(y - top_) * static_cast<std::size_t>(columns_) +
                   static_cast<std::size_t>(x - left_)];
  }

 private:
  Box box_;
  int left_ = 0, top_ = 0, columns_ = 0;
  std::vector<Place> places_;
};

/// Finds the nearest point of the path for every pixel in reach. Returns the path's length.
double trace(const Stroke& stroke, const Canvas& canvas, Window& window) {
  const double reach = stroke.width / 2 + canvas.pixel();
  double start = 0;
  for (std::size_t i = 0; i + 1 < stroke.path.size(); ++i) {
    const Point a = stroke.path[i], b = stroke.path[i + 1];
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double length = std::max(std::hypot(dx, dy), 1e-9);
    const Point normal{-dy / length, dx / length};
    const Box near{std::min(a.x, b.x) - reach, std::min(a.y, b.y) - reach,
                   std::max(a.x, b.x) + reach, std::max(a.y, b.y) + reach};
    canvas.for_each_pixel(near, [&](int x, int y, Point p) {
      const double t = ((p.x - a.x) * dx + (p.y - a.y) * dy) / length;
      const double across = (p.x - a.x) * normal.x + (p.y - a.y) * normal.y;
      const double beyond = std::max({0.0, -t, t - length});
      const double distance = std::hypot(across, beyond);
      Place& place = window.at(x, y);
      if (distance < place.distance) place = {distance, across, start + t, normal};
    });
    start += length;
  }
  return start;
}

}  // namespace

void paint(const Stroke& stroke, Canvas& canvas) {
  Window window(stroke, canvas);
  const double length = trace(stroke, canvas, window);
  const double half = stroke.width / 2;
  const double offset = static_cast<double>(stroke.seed & 0xFFFu);

  canvas.for_each_pixel(window.box(), [&](int x, int y, Point) {
    const Place& place = window.at(x, y);
    if (place.distance > half + canvas.pixel()) return;
    const double side = place.across / half;  // -1..1
    const double at = place.along / half;
    // Bristles: narrow across, long along, each with its own height of paint.
    const auto bristle = [&](double s) {
      return 0.6 * noise(s * 3.5 + offset, at * 0.12, stroke.seed) +
             0.4 * noise(s * 8 + offset, at * 0.25, stroke.seed + 1);
    };
    const double paint_here = bristle(side);
    const double slope = (bristle(side + 0.15) - bristle(side - 0.15)) / 0.3 -
                         1.6 * side * side * side * side * side;
    const double light =
        -slope * (place.normal.x * kTowardsLight.x + place.normal.y * kTowardsLight.y);
    const double factor = 1 + 0.22 * paint_here + 0.16 * light;

    // The ends: bristles leave the canvas one after the other.
    const double to_end = std::min(place.along, length - place.along) / half;
    const double ragged = smooth_step(-0.9, 0.5, to_end + 1.4 * paint_here);
    const double edge = std::clamp(
        0.5 + (half * (0.93 + 0.12 * noise(at * 0.9, offset, 3)) - place.distance) / canvas.pixel(),
        0.0, 1.0);
    const Rgb lit = factor > 1 ? blend(stroke.color, {255, 250, 230}, (factor - 1) * 0.9)
                               : shade(stroke.color, factor);
    canvas.blend_pixel(x, y, lit, edge * ragged);
  });
}

}  // namespace vggstyle::contrived

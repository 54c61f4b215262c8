#pragma once

#include "tools/contrive/canvas.h"

/// Signed distances for Canvas::fill: how far a point is outside a shape, negative inside.
/// After Quilez, "2D distance functions".
namespace vggstyle::contrived {

inline double disc(Point p, Point centre, double radius) {
  return std::hypot(p.x - centre.x, p.y - centre.y) - radius;
}

/// Right only near the edge, and the less so the longer the ellipse.
inline double ellipse(Point p, Point centre, double rx, double ry) {
  const double x = (p.x - centre.x) / rx, y = (p.y - centre.y) / ry;
  const double r = std::hypot(x, y);
  const double slope = std::hypot(x / rx, y / ry);
  return slope > 0 ? r * (r - 1) / slope : -std::min(rx, ry);
}

inline double rectangle(Point p, Box box) {
  return std::max({box.left - p.x, p.x - box.right, box.top - p.y, p.y - box.bottom});
}

/// The side of the line from `a` to `b` that is on the right hand as one walks (y points down).
inline double right_of(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  return -(dx * (p.y - a.y) - dy * (p.x - a.x)) / std::hypot(dx, dy);
}

/// Corners in clockwise order as seen.
inline double triangle(Point p, Point a, Point b, Point c) {
  return std::max({right_of(p, a, b), right_of(p, b, c), right_of(p, c, a)});
}

/// A line whose half width goes from `ra` at `a` to `rb` at `b`, with round ends.
inline double limb(Point p, Point a, Point b, double ra, double rb) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double t = std::clamp(
      ((p.x - a.x) * dx + (p.y - a.y) * dy) / std::max(dx * dx + dy * dy, 1e-12), 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy) - (ra + t * (rb - ra));
}

}  // namespace vggstyle::contrived

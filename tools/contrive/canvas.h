#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "tools/pictures/picture.h"

namespace vggstyle::contrived {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
};

/// From `a` (t = 0) to `b` (t = 1); t is clamped.
inline Rgb blend(Rgb a, Rgb b, double t) {
  const auto f = static_cast<float>(std::clamp(t, 0.0, 1.0));
  return {a.r + f * (b.r - a.r), a.g + f * (b.g - a.g), a.b + f * (b.b - a.b)};
}

/// Lighter (above 1) or darker, not clamped: the canvas clamps when it is finished.
inline Rgb shade(Rgb color, double factor) {
  const auto f = static_cast<float>(factor);
  return {color.r * f, color.g * f, color.b * f};
}

/// 0 below `from`, 1 above `to`, smooth between.
inline double smooth_step(double from, double to, double x) {
  const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

/// A picture to paint on, in units of its shorter side (of an eighth of the longer one, if that is
/// more, so that a ribbon does not fill with things too small to see): x from 0 to width(), y from
/// 0 (top) to height().
class Canvas {
 public:
  Canvas(int pixel_width, int pixel_height)
      : picture_(Picture::black(pixel_width, pixel_height)),
        unit_(unit(pixel_width, pixel_height)) {}

  /// The unit of a canvas of that size, in pixels.
  static double unit(int pixel_width, int pixel_height) {
    return std::max<double>(std::min(pixel_width, pixel_height),
                            std::max(pixel_width, pixel_height) / 8.0);
  }

  double width() const { return picture_.width / unit_; }
  double height() const { return picture_.height / unit_; }
  double pixel() const { return 1 / unit_; }

  Rgb at(int x, int y) const {
    const std::size_t i = index(x, y);
    return {picture_.plane(0)[i], picture_.plane(1)[i], picture_.plane(2)[i]};
  }
  /// The colour at a point, between pixels bilinear, beyond the edge that of the edge.
  Rgb sample(Point p) const;

  void blend_pixel(int x, int y, Rgb color, double alpha) {
    const std::size_t i = index(x, y);
    const auto a = static_cast<float>(alpha);
    const float to[3] = {color.r, color.g, color.b};
    for (int c = 0; c < 3; ++c) {
      float& value = picture_.plane(c)[i];
      value += a * (to[c] - value);
    }
  }

  /// Calls visit(column, row, centre) for every pixel that touches the box.
  template <typename Visit>
  void for_each_pixel(Box box, Visit visit) const {
    const int left = first(box.left), right = last(box.right, picture_.width);
    const int top = first(box.top), bottom = last(box.bottom, picture_.height);
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) visit(x, y, Point{(x + 0.5) / unit_, (y + 0.5) / unit_});
    }
  }

  /// Fills a shape within `box`. distance(p) tells how far p is outside it (inside: negative),
  /// which need be right only near the edge: it gives the share of the pixel that is covered.
  /// color(p) is asked only where it shows.
  template <typename Distance, typename Color>
  void fill(Box box, Distance distance, Color color) {
    for_each_pixel(box, [&](int x, int y, Point p) {
      const double covered = std::clamp(0.5 - distance(p) * unit_, 0.0, 1.0);
      if (covered > 0) blend_pixel(x, y, color(p), covered);
    });
  }

  Box everywhere() const { return {0, 0, width(), height()}; }

  /// Paints every pixel with color(p).
  template <typename Color>
  void cover(Color color) {
    for_each_pixel(everywhere(), [&](int x, int y, Point p) { blend_pixel(x, y, color(p), 1); });
  }

  /// The picture, clamped to 0..255.
  Picture finish() &&;

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(picture_.width) +
           static_cast<std::size_t>(x);
  }
  int first(double edge) const { return static_cast<int>(std::max(0.0, edge * unit_ - 1)); }
  int last(double edge, int end) const {
    return static_cast<int>(std::clamp(edge * unit_ + 2, 0.0, static_cast<double>(end)));
  }

  Picture picture_;
  double unit_;  // pixels
};

}  // namespace vggstyle::contrived

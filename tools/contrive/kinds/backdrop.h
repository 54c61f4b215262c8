#pragma once

#include <cstdint>

#include "tools/contrive/canvas.h"
#include "tools/contrive/shapes.h"

namespace vggstyle::contrived {

/// What a landscape has beyond its shore: sky with clouds and the sun, two chains of mountains, hills.
class Backdrop {
 public:
  /// `sun` and `shore`, the height where the land ends, are in the canvas's units.
  Backdrop(Canvas& canvas, std::uint64_t seed, Point sun, double shore)
      : canvas_(canvas), seed_(seed), sun_(sun), shore_(shore) {}
  void paint();

 private:
  double y(double fraction) const { return fraction * canvas_.height(); }

  void sky();
  /// Long heaps, white where they face the sun and grey-violet beneath.
  Rgb clouds(Point p, Rgb sky) const;
  /// One chain, its foot in the haze. `top` and `rise` are fractions of the height.
  void mountains(double top, double rise, double detail, Rgb rock, double haze, bool snowy);
  void hills(double top, double rise, Rgb dark, Rgb light, std::uint64_t stream);

  Canvas& canvas_;
  std::uint64_t seed_;
  Point sun_;
  double shore_;
};

}  // namespace vggstyle::contrived

#pragma once

#include <cstdint>
#include <vector>

#include "tools/contrive/canvas.h"

namespace vggstyle::contrived {

/// One stroke of a flat bristle brush, loaded with thick paint.
struct Stroke {
  std::vector<Point> path;  // at least 2 points, less than a width apart
  double width = 0;         // at its thickest
  Rgb color;
  std::uint64_t seed = 0;  // of its bristles
};

/// Paints the stroke: the colour varies from bristle to bristle along the whole stroke, the ridges
/// between them and the edges are lit from the upper left, and both ends are ragged.
void paint(const Stroke& stroke, Canvas& canvas);

}  // namespace vggstyle::contrived

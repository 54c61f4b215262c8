#pragma once

#include "tools/pictures/picture.h"
#include "tools/video/flow/flow.h"

/// Pictures in which something moves, by known steps.
namespace vggstyle::test {

/// A wall of waves and spots, seen from (x, y) on.
Picture wall(int width, int height, double x, double y);

/// The wall, which moves by a whole number of pixels a frame, with a square in front that stands still.
inline constexpr int kStep = 3;
struct Square {
  int left, top, side;
};
inline constexpr Square kSquare{20, 16, 16};
Picture frame_with_square(int width, int height, int frame);

/// Everything moves by (dx, dy).
Flow uniform_flow(int width, int height, float dx, float dy);

}  // namespace vggstyle::test

#pragma once

#include <cstdint>

#include "tools/contrive/canvas.h"

namespace vggstyle::contrived {

/// A flower seen from above: petals about a round heart.
struct Blossom {
  Point centre;
  double radius = 0;  // from the middle to a petal's tip
  double turn = 0;    // of the first petal
  int petals = 5;
  Rgb color, heart;
  std::uint64_t seed = 0;  // of the petals' veins
};

/// Paints the blossom with its shadow, lit from the upper left.
void paint(const Blossom& blossom, Canvas& canvas);

}  // namespace vggstyle::contrived

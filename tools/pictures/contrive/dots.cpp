#include <iterator>

#include "tools/pictures/contrive/canvas.h"
#include "tools/pictures/contrive/kinds.h"
#include "tools/pictures/contrive/random.h"
#include "tools/pictures/contrive/shapes.h"

namespace vggstyle::contrived {

Picture dots(int width, int height, std::uint64_t seed) {
  constexpr double kPitch = 0.1;
  constexpr double kRowHeight = 0.0866;  // kPitch * sin 60: a triangular lattice
  constexpr Rgb kGround{246, 240, 224};
  constexpr Rgb kColors[] = {
      {205, 45, 40}, {30, 90, 160}, {240, 180, 40}, {40, 125, 85}, {25, 25, 30}};
  Random random(seed, 0);

  Canvas canvas(width, height);
  canvas.fill(
      canvas.everywhere(), [](Point) { return -1.0; }, [&](Point) { return kGround; });
  bool shifted = false;
  for (double y = 0; y < canvas.height() + kPitch; y += kRowHeight, shifted = !shifted) {
    for (double x = shifted ? kPitch / 2 : 0; x < canvas.width() + kPitch; x += kPitch) {
      const Point centre{x, y};
      const double radius = kPitch * random.uniform(0.26, 0.42);
      const Rgb color = kColors[random.index(static_cast<int>(std::size(kColors)))];
      canvas.fill(
          {x - radius, y - radius, x + radius, y + radius},
          [=](Point p) { return disc(p, centre, radius); }, [=](Point) { return color; });
    }
  }
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived

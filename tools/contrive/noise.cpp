#include "tools/contrive/noise.h"

#include <cmath>

#include "tools/contrive/random.h"

namespace vggstyle::contrived {
namespace {

/// The slope (one of 8 directions, of length sqrt 2 or so) at a lattice point, times the way there.
double slope_at(double cell_x, double cell_y, double dx, double dy, std::uint64_t seed) {
  const auto key = static_cast<std::uint64_t>(static_cast<std::int64_t>(cell_x)) * 0x1000003u ^
                   static_cast<std::uint64_t>(static_cast<std::int64_t>(cell_y));
  switch (mix_bits(mix_bits(key) ^ seed) & 7u) {
    case 0:
      return dx + dy;
    case 1:
      return dx - dy;
    case 2:
      return -dx + dy;
    case 3:
      return -dx - dy;
    case 4:
      return 1.414 * dx;
    case 5:
      return -1.414 * dx;
    case 6:
      return 1.414 * dy;
    default:
      return -1.414 * dy;
  }
}

double fade(double t) {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

}  // namespace

double noise(double x, double y, std::uint64_t seed) {
  const double left = std::floor(x), top = std::floor(y);
  const double dx = x - left, dy = y - top;
  const double u = fade(dx), v = fade(dy);
  const double above =
      std::lerp(slope_at(left, top, dx, dy, seed), slope_at(left + 1, top, dx - 1, dy, seed), u);
  const double below = std::lerp(slope_at(left, top + 1, dx, dy - 1, seed),
                                 slope_at(left + 1, top + 1, dx - 1, dy - 1, seed), u);
  return std::lerp(above, below, v);
}

double fractal_noise(double x, double y, int octaves, std::uint64_t seed) {
  double sum = 0, strength = 0.6;
  for (int octave = 0; octave < octaves; ++octave) {
    sum += strength * noise(x, y, seed + static_cast<std::uint64_t>(octave));
    // Not quite 2, so that the octaves' lattices (where noise is 0) do not coincide.
    x *= 2.03;
    y *= 1.97;
    strength *= 0.5;
  }
  return sum;
}

}  // namespace vggstyle::contrived

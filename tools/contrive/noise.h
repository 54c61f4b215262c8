#pragma once

#include <cstdint>

namespace vggstyle::contrived {

/// Smooth noise of about -1..1 with features of size 1: gradient noise (Perlin, "Improving noise",
/// 2002) on a lattice whose gradients come from `seed`.
double noise(double x, double y, std::uint64_t seed);

/// Noise with detail: `octaves` of it, each of half the size and strength. About -1..1.
double fractal_noise(double x, double y, int octaves, std::uint64_t seed);

}  // namespace vggstyle::contrived

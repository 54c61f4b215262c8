#pragma once

#include <cstdint>
#include <vector>

#include "tools/toy/toy_image.h"

namespace vggstyle::toy {

/// Where one search ended.
struct Sample {
  Image start;
  Image image;
  double residual;  ///< the largest error of the matrices that were to match, in float64
  bool converged;   ///< residual at most kTolerance
};
inline constexpr double kTolerance = 1e-6;

/// Solutions that the optimiser found: L-BFGS with the bounds 0 and 1, on the sum of the squared
/// errors of the constraint's matrices, from `starts` random images (uniform in the cube). The same
/// seed gives the same ones.
struct Samples {
  std::vector<Sample> all;
  int converged = 0;
  /// Those that converged, less those within kSame of one before.
  std::vector<Image> distinct;
  double spread = 0;  ///< root mean squared distance from the mean of those that converged
  double largest_residual = 0;  ///< of those that converged
};
inline constexpr double kSame = 0.01;

Samples sample_solutions(const Image& image, GramMode constraint, int starts, std::uint64_t seed);

}  // namespace vggstyle::toy

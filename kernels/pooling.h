#pragma once

namespace vggstyle {

/// What a 2x2 pool takes of the four activations in its window. Each is positively homogeneous.
enum class Pooling {
  kMax,
  kAverage,
  kL2,  ///< root of the mean of the squares, as by Henaff and Simoncelli 2016, of four equal weights
};

/// What the gradient of kL2 divides by where a root is less: where all four are 0, so is it.
inline constexpr float kLeastRoot = 1e-20F;

}  // namespace vggstyle

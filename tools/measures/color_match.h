#pragma once

#include "tools/pictures/picture.h"

namespace vggstyle {

/// Which of the linear maps between two covariances S and C.
enum class ColorMap {
  kSymmetricRoot,  ///< C^1/2 S^-1/2, which moves colours little
  kCholesky,       ///< L_C L_S^-1, of the lower triangular factors
};

/// `style`, all of it, by the linear map after which its colours, as far as they count, have the mean and
/// covariance of those of `content`: sRGB-encoded values, 0..255, in float64; results may lie outside.
/// Variances of both count 0.01 more than they are, so that a style of one colour does not blow up. Gatys,
/// Bethge, Hertzmann and Shechtman, "Preserving color in neural artistic style transfer", 2016.
Picture match_colors(const WeightedPicture& style, const WeightedPicture& content, ColorMap how);

}  // namespace vggstyle

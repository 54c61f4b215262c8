#pragma once

#include <utility>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// The picture at another size, by Catmull-Rom bicubic interpolation, widened by the scale where
/// it shrinks so that fine detail becomes its mean. In sRGB-encoded values, clamped to 0..255; a
/// plane that is constant stays exactly so. The same size gives the same picture. Deterministic,
/// whatever the processor and the number of threads.
///
/// InputError if `width` or `height` is below 1 or above 30000. InternalError if `picture` is
/// empty.
Picture resize(const Picture& picture, int width, int height);

/// Width and height for a picture of `width` x `height` whose longer side is to be `longest`: the
/// same shape as nearly as whole pixels allow, at least 1 each. All must be at least 1
/// (InternalError).
std::pair<int, int> fit_longest_side(int width, int height, int longest);

}  // namespace vggstyle

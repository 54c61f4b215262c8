#pragma once

#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// What the measures of a picture share.

/// Rec. 709 luma of encoded values, row by row.
std::vector<double> luma(const Picture& picture);

/// Values whose deviation is below this are constant but for the rounding of float.
inline constexpr double kFlat = 1e-4;

/// InternalError, naming `measure`, if the pictures differ in size.
void check_same_size(const char* measure, const Picture& a, const Picture& b);

}  // namespace vggstyle

#pragma once

#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// Where each pixel of a picture is in another one of its size: that at (x, y) is at (x + dx, y + dy), in pixels, row
/// by row.
struct Flow {
  int width = 0;
  int height = 0;
  std::vector<float> dx, dy;
};

/// InputError, with what is missing, if this program was built without OpenCV.
void require_optical_flow();

/// InputError for pictures that are too small: both sides must be kLeastFlowSide or more.
void check_flow_size(const Picture& picture);
inline constexpr int kLeastFlowSide = 16;

/// Of the lumas, in 8 bits, by OpenCV's DIS (Kroeger, Timofte, Dai and Van Gool 2016), at full resolution. The same
/// pictures give the same flow for any number of threads. Errors as check_flow_size() and require_optical_flow().
Flow optical_flow(const Picture& from, const Picture& to);

}  // namespace vggstyle

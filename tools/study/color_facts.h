#pragma once

#include "tools/pictures/picture.h"

namespace vggstyle {

/// What is said of colours when Gram matrices are compared, in numbers; of sRGB-encoded values.
struct ColorFacts {
  double dark_share;    ///< share of pixels whose luma (Rec. 709) is below half of the scale, 0..1
  double contrast;      ///< deviation of luma, 0..127.5
  double chroma;        ///< mean over pixels of the largest channel less the smallest, 0..255
  double purple_share;  ///< share of pixels with a hue of 260 to 320 degrees and chroma above 40
};

ColorFacts color_facts(const Picture& picture);

}  // namespace vggstyle

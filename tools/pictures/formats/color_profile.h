#pragma once

#include "tools/pictures/formats/decoded.h"
#include "tools/pictures/picture.h"

namespace vggstyle {

/// The pixels as sRGB, 0..255, in the orientation of the file and without regard to alpha.
///
/// An embedded ICC profile is applied by relative colorimetric intent with black point
/// compensation; colours outside sRGB are clipped. A profile that is broken, or for another colour
/// model than the pixels', is ignored: grey and RGB are then sRGB, and CMYK are ideal inks. A gamma
/// given without a profile is undone (primaries taken as sRGB's).
Picture to_srgb(const Decoded& decoded);

}  // namespace vggstyle

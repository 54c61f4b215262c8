#pragma once

#include <cstdint>
#include <vector>

namespace vggstyle {

/// An ICC profile of sRGB, the same bytes whenever it is made. InternalError if lcms2 fails.
std::vector<std::uint8_t> srgb_profile();

}  // namespace vggstyle

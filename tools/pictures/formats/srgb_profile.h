#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace vggstyle {

/// An ICC profile of sRGB, the same bytes whenever it is made. InternalError if lcms2 fails.
std::vector<std::uint8_t> srgb_profile();

/// An ICC profile of RGB with these chromaticities, x and y of red, green, blue and white, and the curve that ITU-T
/// H.273, table 3, has by this number: linear (8), powers of 2.2 and 2.8 (4, 5), sRGB (13). Those of BT.709 and its
/// kin (1, 6, 14, 15) and what is not said (2) count as sRGB, as pictures mean them. Empty for other curves (HDR), and
/// for chromaticities that make no sense.
std::vector<std::uint8_t> profile_of(const std::array<double, 8>& chromaticities, int transfer);

}  // namespace vggstyle

#pragma once

#include <cstdint>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// White noise around `mean` with `deviation`, close to normal, each value independent. The same
/// seed and size give the same bytes on every machine.
Picture noise_picture(int width, int height, Rgb mean, float deviation, std::uint64_t seed);

/// The mean of noise where there is no picture to take it from.
inline constexpr Rgb kMidGrey{127.5F, 127.5F, 127.5F};

/// The mean colour of a picture, or of what counts of it.
Rgb mean_color(const Picture& picture);
Rgb mean_color(const WeightedPicture& weighted);

}  // namespace vggstyle

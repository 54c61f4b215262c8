#pragma once

#include "tools/pictures/picture.h"
#include "tools/toy/grid/grid_styles.h"
#include "tools/toy/toy_image.h"

namespace vggstyle::toy {

/// A small image as a picture, each pixel a grey square, with lines between and around.
Picture tile(const Image& image);
Picture tile(Grid grid, std::uint32_t image);

/// Longest side of the picture of an image whose longest side has `pixels`.
int tile_side(int pixels);

}  // namespace vggstyle::toy

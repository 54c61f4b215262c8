#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// The orientation, 1..8, that an Exif block (a TIFF structure, with or without "Exif\0\0" before it) gives; 1, upright, if it gives none
/// or makes no sense.
int exif_orientation(std::span<const std::uint8_t> exif);

/// The ImageDescription that an Exif block gives; empty if it gives none.
std::string exif_description(std::span<const std::uint8_t> exif);

/// Whether rows of the file are columns of the upright picture.
bool is_transposed(int orientation);

/// The picture turned and mirrored so that it stands upright. `orientation` 1..8 says on which
/// sides of the upright picture the stored first row and first column lie (Exif 2.3, 4.6.4): top
/// and left, top right, bottom right, bottom left, left top, right top, right bottom, left bottom.
Picture upright(Picture picture, int orientation);

}  // namespace vggstyle

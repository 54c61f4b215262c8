#pragma once

#include <string>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// A picture as sixels (DEC's manual of the VT330 and VT340, chapter 14), in 256 colours of its own, dithered. libsixel draws.
std::string sixel_text(const Picture& picture);

}  // namespace vggstyle

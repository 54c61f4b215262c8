#pragma once

#include "tools/pictures/picture.h"

namespace vggstyle {

/// Colours of style transfer, before and after the run, beside match_colors() (Gatys, Bethge,
/// Hertzmann and Shechtman, "Preserving color in neural artistic style transfer", 2016). All of it
/// on sRGB-encoded values, 0..255, as pictures have them; luma is Rec. 709's. Results may lie
/// outside 0..255: what is written is clamped.

/// The colours of `colors` with the luma of `picture`, which has its size: every channel of
/// `colors` plus the difference of the lumas, so that R - Y and B - Y stay.
Picture with_luma(const Picture& colors, const Picture& picture);

/// Its luma in all three channels.
Picture gray(const Picture& picture);

/// The luma of `style`, all of it, stretched and shifted so that as far as it counts it has the mean and
/// deviation of that of `content`, in all three channels. A style of one luma becomes one grey.
Picture gray_matched(const WeightedPicture& style, const WeightedPicture& content);

}  // namespace vggstyle

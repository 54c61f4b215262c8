#pragma once

#include "tools/pictures/picture.h"

namespace vggstyle {

/// Near an edge resize() goes beyond the values of both sides, and clamps the result to 0..255. Colours on
/// black and their alpha must stay in proportion there: they are resized as narrowed() values, and
/// widened() again, which may be outside of 0..255.
Picture narrowed(Picture picture);
Picture widened(Picture picture);

/// A picture that goes on with its own colours where it is transparent, from its look on black and its alpha
/// (grey, of the same size), both as widened(): pull-push, Gortler et al. 1996 ("The Lumigraph"), section
/// 3.4. The mean of what there is far away; black if there is nothing at all. 0..255.
Picture continued(const Picture& on_black, const Picture& alpha);

}  // namespace vggstyle

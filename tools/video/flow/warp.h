#pragma once

#include "tools/pictures/picture.h"
#include "tools/video/flow/flow.h"

namespace vggstyle {

/// `picture` moved along: each pixel is the one that `flow`, of the same size, says it is in `picture`, bilinear
/// between four; outside of it the nearest. Moves by whole pixels copy them exactly.
Picture warp(const Picture& picture, const Flow& flow);

/// One plane of a picture of `width` x `height` at (x, y), likewise.
float sample(const float* plane, int width, int height, float x, float y);

}  // namespace vggstyle

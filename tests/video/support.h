#pragma once

#include <string>

#include "tests/tool/support.h"
#include "tools/pictures/picture.h"

namespace vggstyle::test {

/// Frames of 48 x 40 in the folder `frames`, frame8.png and so on, past ten, and style.png.
void write_clip(const TemporaryFolder& folder, int count = 3);
/// Paints them into `painted` with few evaluations in small layers.
Arguments small_video(const Arguments& more = {});
/// The frames that a clip has, and that painting it makes.
std::string frame_name(int frame);

/// The flicker that the last line tells.
double flicker_told(const std::string& lines);

}  // namespace vggstyle::test

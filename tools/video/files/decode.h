#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vggstyle {

/// When the frames of a video are shown, in units of numerator / denominator seconds.
struct Timing {
  int numerator = 1, denominator = 25;
  std::vector<std::int64_t> times;
};

/// Writes each frame of a video to `folder`, as 000001.png and so on, upright in sRGB, with the longest side `longest`
/// or its own, whichever is less. InputError in one sentence if the file cannot be read, is damaged, has no video or
/// larger frames than `max_megapixels`.
Timing decode_video(const std::string& path, const std::string& folder, int longest,
                    int max_megapixels);

}  // namespace vggstyle

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace vggstyle {

/// What a file holds: its video, when its frames are shown, and of each sound how many packets and their checksum.
/// InputError as open_av_file().
nlohmann::ordered_json describe_video(const std::string& path);

}  // namespace vggstyle

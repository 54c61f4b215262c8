#pragma once

#include <string>
#include <vector>

namespace vggstyle {

struct StudioRequest {
  std::string folder;
  std::string address;            ///< as parse_serve_address() reads it
  std::vector<std::string> more;  ///< arguments of every run: "--weights=..."
};

/// Serves the studio until Ctrl-C, which also ends the run that is under way, its picture saved; returns 0. Pictures to choose from are in FOLDER/pictures, results in FOLDER. InputError, SettingError.
int run_studio(const StudioRequest& request);

}  // namespace vggstyle

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/session/settings/settings.h"

namespace vggstyle {

struct DistanceRequest {
  std::vector<std::string> images;  ///< files and folders
  std::string folder;               ///< -o; empty: tables on stdout
  std::optional<LayerNames> style_layers;
  Pooling pooling = Pooling::kMax;
  NetworkSettings network;
  DeviceSettings device;
  PictureSettings pictures;
  bool json = false;  ///< what study.json would hold, on stdout
  bool quiet = false;
  std::string command_line;
};

inline constexpr int kDistanceSize = 256;  ///< longest side at most, unless --size says otherwise

/// How far apart the styles of pictures are: measures all pairs on every style layer, and prints
/// tables, or writes a folder (tools/report/study_folder.h); docs/schema/distance.schema.json has
/// what its study.json holds. Returns 0. InputError if there are not two pictures, or anything else
/// cannot be used.
int distance(const DistanceRequest& request);

}  // namespace vggstyle

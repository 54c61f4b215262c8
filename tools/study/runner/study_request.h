#pragma once

#include <string>
#include <vector>

#include "tools/session/settings/settings.h"

namespace vggstyle {

/// What every study is asked with.
struct StudyRequest {
  std::string study;                ///< its name, for the files: "content"
  std::vector<std::string> images;  ///< files
  std::string folder;               ///< -o
  Settings settings;                ///< only what the study offers is set
  int at_once = 0;  ///< pictures made at the same time; 0: as many as this machine likes
  bool quiet = false;
  std::string command_line;
};

inline constexpr int kStudyIterations = 200;
inline constexpr int kStudySize = 128;  ///< longest side without --size, never enlarged

}  // namespace vggstyle

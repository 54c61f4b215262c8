#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/options.h"

namespace vggstyle {

/// What every study is asked with.
struct StudyRequest {
  std::string study;                ///< its name, for the files: "content"
  std::vector<std::string> images;  ///< files
  std::string folder;               ///< -o
  NetworkOptions network;
  PictureOptions pictures;
  LossOptions loss;      ///< only what the study offers is set
  SearchOptions search;  ///< likewise
  int at_once = 0;       ///< pictures made at the same time; 0: as many as this machine likes
  bool quiet = false;
  std::string command_line;
};

/// Offers -o, --at-once and --quiet.
void add_output_choices(CLI::App& app, StudyRequest& request);

/// Offers those, --size, --background, --seed, --iterations and the network's.
void add_study_options(CLI::App& app, StudyRequest& request);

inline constexpr int kStudyIterations = 200;
inline constexpr int kStudySize = 128;  ///< longest side without --size, never enlarged

}  // namespace vggstyle

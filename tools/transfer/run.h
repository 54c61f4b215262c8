#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/cli/options.h"
#include "tools/session/defaults.h"

namespace vggstyle {

/// One optimisation of a picture: what transfer, texture and reconstruct have in common.
struct RunRequest {
  Task task = Task::kTransfer;
  std::string content;              ///< file; empty for texture
  std::vector<std::string> styles;  ///< files; empty for reconstruct
  NetworkOptions network;
  LossOptions loss;
  PictureOptions pictures;
  SearchOptions search;
  OutputOptions output;
  bool dry_run = false;
  std::string as_card;  ///< of a dry run: a card that is not here; empty for the device
  std::string command_line;
};

/// Checks everything, optimises, writes the picture. Returns the exit code: 0, or 130 if the user
/// stopped it (the picture so far is written all the same).
int run(const RunRequest& request);

}  // namespace vggstyle

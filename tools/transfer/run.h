#pragma once

#include <string>
#include <vector>

#include "tools/session/settings/settings.h"

namespace vggstyle {

struct OutputSettings {
  std::string path;
  int bits = 8;        ///< a channel: 8 or 16
  int save_every = 0;  ///< evaluations from one intermediate picture to the next; 0: none
  std::string log;     ///< file; empty: none
  bool quiet = false;
  std::string serve;  ///< where the page of the run is (tools/serve/address.h); empty: nowhere
};

/// One optimisation of a picture: what transfer, texture and reconstruct have in common.
struct RunRequest {
  Task task = Task::kTransfer;
  std::string content;              ///< file; empty for texture
  std::vector<std::string> styles;  ///< files; empty for reconstruct
  Settings settings;
  OutputSettings output;
  bool dry_run = false;
  std::string as_card;  ///< of a dry run: a card that is not here; empty for the device
  std::string command_line;
};

/// Checks everything, optimises, writes the picture. Returns the exit code: 0, or 130 if the user
/// stopped it (the picture so far is written all the same).
int run(const RunRequest& request);

}  // namespace vggstyle

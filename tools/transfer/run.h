#pragma once

#include <string>
#include <vector>

#include "runtime/ranks/ranks.h"
#include "tools/session/settings/settings.h"

namespace vggstyle {

struct OutputSettings {
  std::string path;
  int bits = 8;               ///< a channel: 8 or 16
  bool keep_profile = false;  ///< written in the content's ICC profile, not in sRGB
  int save_every = 0;         ///< evaluations from one intermediate picture to the next; 0: none
  std::string log;            ///< file; empty: none
  std::string checkpoint;     ///< file; "none"; empty: one of its own if the run will be long
  int checkpoint_every = 0;   ///< evaluations from one to the next; 0: about every minute
  bool quiet = false;
  bool show = false;      ///< the result in the terminal, too
  std::string timelapse;  ///< a video of the run's progress; empty: none
  std::string serve;      ///< where the page of the run is (tools/serve/address.h); empty: nowhere
};

/// The command that asked for a run, by its arguments, and who shares it.
struct Invocation {
  std::vector<std::string> typed;     ///< the command's name first
  std::vector<std::string> complete;  ///< with what --config and --preset add
  std::string line;                   ///< `typed`, as files that are written have it
  Ranks* ranks = nullptr;             ///< that were started with the same command; null: none
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
  Invocation invocation;
};

/// Checks everything, optimises, writes the picture. Returns the exit code: 0, or 130 if the user
/// stopped it (the picture so far is written all the same). Of several ranks the first one tells and writes.
int run(const RunRequest& request);

struct Resumed;  // tools/transfer/checkpoint/resumed.h
/// The same, from a checkpoint of this run: the end is the same, byte for byte, as without a stop.
int resume(const RunRequest& request, Resumed from);

}  // namespace vggstyle

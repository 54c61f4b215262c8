#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/ranks/ranks.h"
#include "tools/transfer/run.h"

namespace vggstyle {

/// One run of a batch.
struct BatchJob {
  int number;          ///< its place in the batch, from 1
  std::string name;    ///< of its picture in the batch's folder: "photo-painting.png"
  RunRequest request;  ///< output.path is that in the folder
};

/// Many runs, from a file of jobs or two folders.
struct BatchRequest {
  std::vector<BatchJob> jobs;
  std::string title;        ///< of the page: where the jobs come from
  std::string folder;       ///< -o
  int at_once = 0;          ///< jobs at the same time; 0: one per core if memory allows
  std::optional<int> only;  ///< the number of the one job that is asked for
  bool quiet = false;
  std::string command_line;
  Ranks* ranks = nullptr;  ///< processes that share the jobs; null: none
};

/// Runs what has no finished picture from an earlier call with the same settings, several jobs at
/// once, started in their order; each picture is kept in the folder with its record as soon as it is
/// there. A job that fails is told at the end and does not stop the others. Weights are loaded once for all that use the same. Writes
/// index.html, unless only one job is asked for. Of several ranks each runs its share of the jobs, and the first one
/// writes the page and tells.
///
/// Returns the exit code: 0, 1 if a job failed, 130 after Ctrl-C, which leaves no picture half
/// done. InputError, before any work, if jobs would write the same file, a file that is read, or one
/// that is not ours.
int batch(const BatchRequest& request);

/// --dry-run: lists the jobs, whether each is done already, and the memory that it takes. Writes nothing. Returns 0.
int list_batch(const BatchRequest& request);

}  // namespace vggstyle

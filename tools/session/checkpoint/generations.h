#pragma once

#include <optional>
#include <string>

#include "tools/session/checkpoint/checkpoint.h"

namespace vggstyle {

/// The two newest checkpoints of a run: FILE and FILE.previous. At any moment, also one at which the process is
/// killed or the machine stops, one of them is whole once the first has been written.
class Generations {
 public:
  explicit Generations(const std::string& path);

  /// As it was given.
  const std::string& path() const { return path_; }
  std::string previous_path() const { return path_ + ".previous"; }
  /// InputError if a checkpoint cannot be written there, or something else than a checkpoint is there.
  void check() const;

  /// The newest that is whole. `told` gets a sentence if that is the previous one. InputError if there is none.
  Checkpoint open_newest(std::string& told);

  /// Writes the next; the newest, if it is of this run, becomes the previous one. InputError or InternalError
  /// if that fails; what was there is there still, under one of the two names.
  void write(Device& device, const std::string& record, const SaveState& save);
  /// Whether this run has a checkpoint: written, or opened.
  bool any() const { return newest_is_ours_ || previous_is_ours_; }

  /// Removes all but the newest.
  void keep_newest();
  void remove_all();

 private:
  std::string temporary_path() const { return path_ + ".new"; }

  std::string path_;
  bool newest_is_ours_ = false;
  bool previous_is_ours_ = false;
};

}  // namespace vggstyle

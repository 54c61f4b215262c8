#pragma once

#include <optional>
#include <string>

#include "tools/session/checkpoint/generations.h"
#include "tools/session/optimize.h"
#include "tools/transfer/checkpoint/run_record.h"
#include "tools/transfer/progress.h"

namespace vggstyle {

/// A run is expected to be long from here on, in seconds: then it has checkpoints without being asked.
inline constexpr double kLongRun = 600;
/// Seconds from one checkpoint to the next, unless writing one takes so long that this is less than so many times that.
inline constexpr double kCheckpointSeconds = 60;
inline constexpr double kCheckpointShare = 20;

/// Of --checkpoint: no checkpoints.
inline constexpr std::string_view kNoCheckpoint = "none";
/// Whether a run was asked to have checkpoints, and need not wait until it turns out to be long.
bool has_named_checkpoint(const OutputSettings& output);
/// Where they go: the file of --checkpoint, or NAME.checkpoint.h5 beside NAME.png; stylised.checkpoint.h5
/// for standard output.
std::string checkpoint_path(const OutputSettings& output);
/// SettingError for options that contradict each other.
void check_checkpoints(const OutputSettings& output);

/// Writes the checkpoints of a run when they are due: at its start, where --checkpoint names a file, every
/// --checkpoint-every evaluations or else about every minute, with the last evaluation, and when the user
/// stops it. A run without --checkpoint begins to have them once it is expected to be long, by the time that its
/// own evaluations take. A checkpoint that cannot be written is told, and the run goes on.
class Checkpointer {
 public:
  /// `evaluations`: so far; `generations` have been opened where the run goes on from them. A run that has read a
  /// pipe has no checkpoints; InputError if it was asked to. The inputs' checksums, which take time, are taken where
  /// a run has checkpoints, as soon as it has.
  Checkpointer(const RunRequest& request, const Engine& engine, const ProblemSpec& problem,
               int evaluations, Generations generations, ProgressDisplay& display);

  /// After each accepted step. `stopped`: no other follows.
  void after(const Step& step, bool stopped);
  /// The run is steered from here on, and no more the one of its command: no more checkpoints.
  void leave();
  /// The run has ended, and its picture is written: what was not asked for is removed. With `interrupted` it stays,
  /// and how to go on is told.
  void finish(bool interrupted);

 private:
  enum class Mode { kOff, kWaiting, kOn };  ///< waiting: to see whether the run is long
  Mode first_mode() const;
  bool is_due(const Step& step, bool stopped) const;
  void watch_time(const Step& step);
  void begin();
  void write(const Step& step);

  const RunRequest& request_;
  const Engine& engine_;
  const ProblemSpec& problem_;
  RunRecord record_;  ///< made where the mode becomes kOn
  Generations generations_;
  ProgressDisplay& display_;
  Mode mode_;
  double written_at_, write_seconds_ = 0;  ///< the latest: when, and what it took
  int written_evaluations_;
  struct Timed {
    int evaluations;
    double seconds, done;
  };
  std::optional<Timed> first_;  ///< the first step that was seen
};

}  // namespace vggstyle

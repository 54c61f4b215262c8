#pragma once

#include <deque>

#include "optim/state_archive.h"

namespace vggstyle {

/// Notices when a run has become quiet: its lowest value has fallen by less than `share` of itself
/// within the latest `window` evaluations. Eyes see no change then, though the value goes on falling
/// for long: docs/performance.md has what such a stop leaves.
class QuietWatch {
 public:
  static constexpr double kShare = 0.01;
  static constexpr int kWindow = 20;

  /// Of the state after an accepted step; `evaluations` grow from call to call. A value that is not
  /// finite is no low one.
  bool is_quiet(int evaluations, double value);

  void archive(StateArchive& state);

 private:
  struct Low {
    int evaluations;
    double value;  // the lowest so far
  };
  std::deque<Low> lows_;  // the first is the latest of those at least a window old
};

}  // namespace vggstyle

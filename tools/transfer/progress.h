#pragma once

#include <chrono>
#include <string>

#include "net/loss_values.h"

namespace vggstyle {

/// What a run tells its user, on stderr: one line that is rewritten on a terminal; elsewhere, where
/// it is read later, a line every tenth of the way or ten seconds.
class ProgressDisplay {
 public:
  /// `seconds_before`: what the run took before it was stopped, if it goes on.
  ProgressDisplay(bool quiet, int evaluations, double seconds_before = 0);

  /// A line of its own, above the progress.
  void say(const std::string& line);
  /// `done` is the share of the work, for the time left.
  void update(int evaluation, double done, const LossValues& values);
  /// Ends the line that is being rewritten.
  void finish();

  /// Of the run so far, less what was left out.
  double seconds() const;
  /// Seconds that are no time of the run: it was paused.
  void leave_out(double seconds);

 private:
  std::string text(int evaluation, double done, const LossValues& values) const;

  bool quiet_;
  bool terminal_;
  int evaluations_;
  bool line_open_ = false;
  int printed_evaluation_ = -1;
  double seconds_before_;
  double printed_at_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// "42 s", "3:05 min".
std::string duration_text(double seconds);

}  // namespace vggstyle

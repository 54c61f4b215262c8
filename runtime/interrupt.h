#pragma once

namespace vggstyle {

/// The exit code of a command that was stopped this way, as shells have it for SIGINT.
inline constexpr int kExitInterrupted = 130;

/// For main(): SIGINT, SIGTERM and SIGHUP end the program as usual, but leave no temporary file
/// (runtime/files/atomic_file.h) behind. A signal that was ignored when the program started, as in a job
/// of `nohup` or in the background of a script, stays ignored.
void handle_signals();

/// While it lives, the first such signal only sets a flag, so that a run can end in good order; the
/// second one ends the program at once. Does what handle_signals() does if nobody has.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  bool interrupted() const;
};

}  // namespace vggstyle

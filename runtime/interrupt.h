#pragma once

namespace vggstyle {

/// The exit code of a command that was stopped this way, as shells have it for SIGINT.
inline constexpr int kExitInterrupted = 130;

/// While it lives, the first SIGINT or SIGTERM only sets a flag, so that a run can end in good
/// order; the second one kills the program as usual.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  bool interrupted() const;
};

}  // namespace vggstyle

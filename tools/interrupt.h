#pragma once

namespace vggstyle {

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

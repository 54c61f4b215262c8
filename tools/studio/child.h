#pragma once

#include <sys/types.h>

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace vggstyle {

/// A program that runs beside this one, its working folder being `folder`. What it writes on standard error is
/// read here; its standard input and output are /dev/null.
class Child {
 public:
  /// Starts it. InternalError if it cannot be started.
  Child(const std::string& program, const std::vector<std::string>& arguments,
        const std::string& folder);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Until it has ended; `line` gets each line of its standard error, as it comes. The exit code, or 128 + the
  /// signal that killed it. Called once.
  int wait(const std::function<void(const std::string&)>& line);
  /// From any thread: asks it to end in good order (SIGTERM). Does nothing once it has ended.
  void stop();

 private:
  std::mutex mutex_;  ///< of pid_: once a process is waited for, its number may be another's
  pid_t pid_ = -1;
  int errors_ = -1;  ///< read end of the pipe
};

}  // namespace vggstyle

#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>

namespace vggstyle {

/// How far a study is, on stderr: as ProgressDisplay, for many pictures, from several threads.
/// Work is in any unit; what is left is told from the work done so far.
class StudyProgress {
 public:
  /// `called`: the pictures, in words.
  StudyProgress(bool quiet, std::size_t pictures, double work, const char* called = "pictures")
      : quiet_(quiet), pictures_(pictures), work_(work), called_(called) {}
  ~StudyProgress() { finish(); }  // an error's message begins a line of its own
  StudyProgress(const StudyProgress&) = delete;
  StudyProgress& operator=(const StudyProgress&) = delete;

  void add_work(double work);
  void add_picture();
  /// Ends the line that is being rewritten.
  void finish();

 private:
  void show();
  double seconds() const;

  bool quiet_;
  std::size_t pictures_;
  double work_;
  const char* called_;
  std::mutex mutex_;
  std::size_t pictures_done_ = 0;
  double work_done_ = 0;
  bool line_open_ = false;
  double shown_at_ = 0;
  std::size_t pictures_shown_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace vggstyle

#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tools/studio/child.h"
#include "tools/studio/wish.h"

namespace vggstyle {

enum class RunStatus { kWaiting, kRunning, kFinished, kStopped, kFailed };
const char* name_of(RunStatus status);

/// One run of the list.
struct StudioRun {
  int id = 0;
  std::string picture;               ///< file name of the result, in the studio's folder
  std::vector<std::string> command;  ///< less the program and what the studio adds for itself
  RunStatus status = RunStatus::kWaiting;
  std::string message;  ///< the sentence of what failed
  std::string page;     ///< while it runs, once it has said so: the address of its own page
};

/// The runs of a studio, which takes them one after another, each as a program of its own: what happens to one does
/// not happen to the studio. All of this may be called from any thread.
class RunList {
 public:
  /// `program` is the tool; `more` are arguments that every run gets. Results go into `folder`, pictures come
  /// from `pictures` below it. Those that lie there from before are taken in, as finished.
  RunList(std::string program, std::vector<std::string> more, std::filesystem::path folder,
          std::string pictures);
  /// Stops the run that is under way, which saves its picture, and waits for it.
  ~RunList();
  RunList(const RunList&) = delete;
  RunList& operator=(const RunList&) = delete;

  /// Newest first.
  std::vector<StudioRun> runs() const;
  /// InputError if there is none.
  StudioRun run(int id) const;
  /// Appends one; returns its id.
  int add(const Wish& wish);
  /// One that waits does not begin; one that runs saves its picture and ends. InputError if it has ended.
  void stop(int id);

 private:
  void take_in_results();
  void work();
  /// `lock` is held, but not while the program runs.
  void execute(StudioRun& run, std::unique_lock<std::mutex>& lock);
  void listen(StudioRun& run, const std::string& line);
  /// Null if there is none.
  StudioRun* find(int id) const;

  const std::string program_;
  const std::vector<std::string> more_;
  const std::filesystem::path folder_;
  const std::string pictures_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<StudioRun>> runs_;  ///< oldest first; their places do not change
  std::unique_ptr<Child> child_;                  ///< of the run that is under way
  bool stopping_ = false;                         ///< that run was asked to
  bool closing_ = false;
  std::thread worker_;  // the last, so that it begins when the rest is there
};

}  // namespace vggstyle

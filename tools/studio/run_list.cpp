#include "tools/studio/run_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runtime/error.h"
#include "runtime/interrupt.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPageWords = "the page of this run: ";
constexpr std::string_view kErrorWords = "vggstyle: error: ";

/// When a file was written last; the oldest time of all if it is gone.
fs::file_time_type time_of(const fs::path& path) {
  std::error_code error;
  const fs::file_time_type time = fs::last_write_time(path, error);
  return error ? fs::file_time_type::min() : time;
}

}  // namespace

const char* name_of(RunStatus status) {
  switch (status) {
    case RunStatus::kWaiting:
      return "waiting";
    case RunStatus::kRunning:
      return "running";
    case RunStatus::kFinished:
      return "finished";
    case RunStatus::kStopped:
      return "stopped";
    case RunStatus::kFailed:
      return "failed";
  }
  throw InternalError("a status without a name");
}

RunList::RunList(std::string program, std::vector<std::string> more, fs::path folder,
                 std::string pictures)
    : program_(std::move(program)),
      more_(std::move(more)),
      folder_(std::move(folder)),
      pictures_(std::move(pictures)) {
  take_in_results();
  worker_ = std::thread([this] { work(); });
}

RunList::~RunList() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    if (child_) {
      stopping_ = true;
      child_->stop();
    }
  }
  changed_.notify_all();
  worker_.join();
}

void RunList::take_in_results() {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
    if (entry.path().extension() == ".png" && entry.is_regular_file(error)) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    return std::pair(time_of(a), a) < std::pair(time_of(b), b);
  });
  for (const fs::path& file : files) {
    const int id = static_cast<int>(runs_.size()) + 1;
    runs_.push_back(std::make_unique<StudioRun>(
        StudioRun{id, file.filename().string(), {}, RunStatus::kFinished, "", ""}));
  }
}

std::vector<StudioRun> RunList::runs() const {
  const std::lock_guard lock(mutex_);
  std::vector<StudioRun> runs;
  for (const auto& run : runs_) runs.push_back(*run);
  std::ranges::reverse(runs);
  return runs;
}

StudioRun* RunList::find(int id) const {
  const auto found = std::ranges::find(runs_, id, [](const auto& run) { return run->id; });
  return found == runs_.end() ? nullptr : found->get();
}

StudioRun RunList::run(int id) const {
  const std::lock_guard lock(mutex_);
  if (const StudioRun* run = find(id)) return *run;
  throw InputError(fmt::format("there is no run {}", id));
}

int RunList::add(const Wish& wish) {
  const std::lock_guard lock(mutex_);
  const auto is_taken = [&](const std::string& picture) {
    std::error_code error;
    return fs::exists(folder_ / picture, error) ||
           std::ranges::any_of(runs_, [&](const auto& run) { return run->picture == picture; });
  };
  const std::string name = name_of(wish);
  std::string picture = name + ".png";
  for (int number = 2; is_taken(picture); ++number)
    picture = fmt::format("{}-{}.png", name, number);
  const int id = static_cast<int>(runs_.size()) + 1;
  runs_.push_back(std::make_unique<StudioRun>(
      StudioRun{id, picture, command_of(wish, pictures_, picture), RunStatus::kWaiting, "", ""}));
  changed_.notify_all();
  return id;
}

void RunList::stop(int id) {
  const std::lock_guard lock(mutex_);
  StudioRun* run = find(id);
  if (run != nullptr && run->status == RunStatus::kWaiting) {
    run->status = RunStatus::kStopped;
    return;
  }
  if (run == nullptr || run->status != RunStatus::kRunning || !child_) {
    throw InputError(fmt::format("run {} is not under way", id));
  }
  stopping_ = true;
  child_->stop();
}

void RunList::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto next =
        std::ranges::find(runs_, RunStatus::kWaiting, [](const auto& run) { return run->status; });
    if (closing_) return;
    if (next == runs_.end()) {
      changed_.wait(lock);
    } else {
      execute(**next, lock);
    }
  }
}

void RunList::execute(StudioRun& run, std::unique_lock<std::mutex>& lock) {
  std::vector<std::string> arguments = run.command;
  arguments.insert(arguments.end(), more_.begin(), more_.end());
  arguments.emplace_back("--serve=127.0.0.1:0");
  run.status = RunStatus::kRunning;
  stopping_ = false;
  try {
    child_ = std::make_unique<Child>(program_, arguments, folder_.string());
  } catch (const InternalError& error) {
    run.status = RunStatus::kFailed;
    run.message = error.what();
    return;
  }
  lock.unlock();
  const int code = child_->wait([&](const std::string& line) { listen(run, line); });
  lock.lock();
  child_.reset();
  run.page.clear();
  if (code == 0 || (code == kExitInterrupted && stopping_)) {
    run.status = stopping_ ? RunStatus::kStopped : RunStatus::kFinished;
  } else {
    run.status = RunStatus::kFailed;
    if (run.message.empty()) run.message = fmt::format("it ended with exit code {}", code);
  }
}

void RunList::listen(StudioRun& run, const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (line.starts_with(kPageWords)) run.page = line.substr(kPageWords.size());
  if (line.starts_with(kErrorWords)) run.message = line.substr(kErrorWords.size());
}

}  // namespace vggstyle

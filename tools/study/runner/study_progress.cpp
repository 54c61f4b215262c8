#include "tools/study/runner/study_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "runtime/standard_streams.h"
#include "tools/transfer/progress.h"

namespace vggstyle {

double StudyProgress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void StudyProgress::add_work(double work) {
  const std::lock_guard lock(mutex_);
  work_done_ += work;
  show();
}

void StudyProgress::add_picture() {
  const std::lock_guard lock(mutex_);
  ++pictures_done_;
  show();
}

void StudyProgress::show() {
  if (quiet_) return;
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  // Where it is read later: a line for each picture, or every ten seconds.
  const double pause = terminal ? 0.1 : 10;
  const double now = seconds();
  const bool last = pictures_done_ == pictures_;
  if (pictures_done_ == pictures_shown_ && now - shown_at_ < pause) return;
  shown_at_ = now;
  pictures_shown_ = pictures_done_;
  const double share = last ? 1 : std::min(work_done_ / std::max(work_, 1e-9), 1.0);
  const std::string left =
      share > 0 ? fmt::format(", {} left", duration_text(now * (1 - share) / share)) : "";
  const std::string line = fmt::format("{}/{} {}, {:.0f} %, {}{}", pictures_done_, pictures_,
                                       called_, 100 * share, duration_text(now), left);
  if (terminal) {
    tell_raw(fmt::format("\r{}\x1b[K", line));
    line_open_ = true;
  } else {
    tell(line);
  }
  std::fflush(stderr);
}

void StudyProgress::finish() {
  if (line_open_) std::fputc('\n', stderr);
  line_open_ = false;
}

}  // namespace vggstyle

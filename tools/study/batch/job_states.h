#pragma once

#include <string>
#include <vector>

#include "tools/study/batch/batch.h"

namespace vggstyle {

/// What has become of a job.
struct JobState {
  enum class Kind { kWaiting, kDone, kFailed };
  Kind kind = Kind::kWaiting;
  std::string text = {};  ///< of one that is done, its loss; of one that failed, why
};

/// In the order of the jobs.
using JobStates = std::vector<JobState>;
/// "job 3, a-b.png: there is no file 'a.jpg'".
std::string failure_line(const BatchJob& job, const JobState& state);
std::size_t count(const JobStates& states, JobState::Kind kind);

}  // namespace vggstyle

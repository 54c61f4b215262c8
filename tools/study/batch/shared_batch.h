#pragma once

#include "tools/study/batch/job_states.h"

namespace vggstyle {

/// run_jobs() by several processes: rank r runs the jobs r, r + size and so on, with its share of the machine. The states of
/// all jobs, on every rank.
JobStates run_shared_jobs(const BatchRequest& request, Ranks& ranks);

}  // namespace vggstyle

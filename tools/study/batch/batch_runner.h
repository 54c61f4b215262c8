#pragma once

#include "tools/study/batch/batch.h"
#include "tools/study/batch/job_states.h"

namespace vggstyle {

/// Runs the jobs of a batch that are not done, and says what has become of all. After Ctrl-C some are
/// kWaiting. The folders of their pictures are there. SettingError for at_once on a GPU.
JobStates run_jobs(const BatchRequest& request);

}  // namespace vggstyle

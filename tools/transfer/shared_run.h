#pragma once

#include "tools/session/problem.h"
#include "tools/transfer/run.h"

namespace vggstyle {

/// InputError unless each rank can read what the run reads. Both do nothing for a run that is alone.
void check_shared_inputs(const RunRequest& request);

/// What ranks cannot share: SettingError; and InputError unless all of them would make the same picture. Every
/// rank calls it.
void check_shared(const ProblemSpec& problem, const Engine& engine);

}  // namespace vggstyle

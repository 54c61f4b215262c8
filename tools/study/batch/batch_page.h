#pragma once

#include "tools/report/document.h"
#include "tools/study/batch/batch.h"
#include "tools/study/batch/job_states.h"

namespace vggstyle {

/// index.html: the command, a thumbnail of each picture that leads to it, and what failed and why.
Document batch_page(const BatchRequest& request, const JobStates& states);

}  // namespace vggstyle

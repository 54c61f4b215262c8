#pragma once

#include <string>
#include <vector>

#include "tools/session/memory.h"
#include "tools/study/batch/batch.h"
#include "tools/study/batch/prepared_job.h"

namespace vggstyle {

/// What a job would take.
struct JobForecast {
  PictureSize size;
  double bytes = 0;
  bool done = false;    ///< its picture is there already
  std::string failure;  ///< why it cannot run; empty if it can
};

/// Of each job, in their order. Reads weights and pictures, and runs nothing.
std::vector<JobForecast> forecast(const BatchRequest& request);

}  // namespace vggstyle

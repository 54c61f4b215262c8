#pragma once

#include <map>
#include <optional>
#include <string>

#include "tools/session/engine.h"
#include "tools/session/problem.h"
#include "tools/study/batch/batch.h"
#include "tools/study/runner/study_record.h"

namespace vggstyle {

/// The engines of a batch: one for all jobs that have the same weights and device.
class BatchEngines {
 public:
  /// Made, and its weights loaded, when it is first asked for. Its threads are all cores; on the
  /// processor a job has share()s of it. Errors as make_engine().
  Engine& of(const Settings& settings);

 private:
  std::map<std::string, Engine> engines_;
};

/// Where a job's picture and record are.
RecordFiles files_of(const BatchJob& job);

/// The job's pictures, read, and checked as far as a run checks before it starts. InputError if it cannot run.
ProblemSpec prepare(const BatchJob& job, const Engine& engine);

/// The record of the job's picture, if it is there and was made with the same settings. Reads the job's
/// pictures only if there is a record; errors as prepare().
std::optional<StudyRecord> finished_record(const BatchJob& job, const Engine& engine);

/// What went wrong, in one sentence, for the exception that is being handled; an error of a setting begins with
/// its option.
std::string failure_text();

}  // namespace vggstyle

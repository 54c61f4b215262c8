#pragma once

#include <string>
#include <vector>

#include "tools/cli/batch/job_file.h"
#include "tools/cli/config/option_items.h"
#include "tools/study/batch/batch.h"

namespace vggstyle {

/// Where the jobs of a batch come from, and what was typed for all of them.
struct JobSource {
  std::string file;  ///< of errors; empty where there is none
  JobFile jobs;
  std::vector<OptionItem> typed;  ///< options of the command line: they win over the file's
  std::string folder;             ///< of the pictures
};

/// Each content with each style, as jobs. InputError if a folder has no pictures.
JobFile jobs_of_folders(const std::vector<std::string>& contents,
                        const std::vector<std::string>& styles);

/// What the jobs ask for. A job has the options of the run command that its key `command` names (transfer without
/// it), its pictures as `content` and `style`, and as `output` the name of its picture, in which {content}, {style}
/// and {number} stand for the names of its pictures and its place. InputError, with the place in the file,
/// for options that are not there or cannot be, and for two jobs with the same picture.
std::vector<BatchJob> make_jobs(const JobSource& source);

}  // namespace vggstyle

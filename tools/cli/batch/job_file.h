#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// An option of a job, by its key, "size", and its values as they would be typed.
struct JobOption {
  std::string name;
  std::vector<std::string> values;
  std::string place;  ///< "line 3, column 1"
};

struct JobText {
  std::vector<JobOption> options;
  std::string place;
};

/// A file of jobs, before anybody has looked at what its options mean.
struct JobFile {
  std::vector<JobOption> defaults;  ///< of all jobs
  std::vector<JobText> jobs;
};

/// Reads a TOML file, [defaults] and a [[job]] for each job, or by its ending .csv a table: the first line
/// has the keys, each other one a job; a field that is empty is left out, and a key that is there several times gives
/// several values. InputError, with line and column, for anything else.
JobFile read_job_file(const std::string& path);

/// InputError: "'jobs.toml', line 3, column 1: MESSAGE".
[[noreturn]] void refuse(const std::string& file, const std::string& place,
                         const std::string& message);

}  // namespace vggstyle

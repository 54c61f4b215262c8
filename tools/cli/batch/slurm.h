#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// A batch as a job array of Slurm.
struct SlurmArray {
  std::size_t jobs;
  std::string folder;              ///< in which the command runs
  std::string program;             ///< absolute path
  std::vector<std::string> words;  ///< the batch's arguments, less --slurm: "batch" first
  int threads;                     ///< a task's
  double bytes;                    ///< the most that a job takes, as planned
};

/// The script for sbatch: a task for each job, by --only.
std::string slurm_script(const SlurmArray& array);

}  // namespace vggstyle

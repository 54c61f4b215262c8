#include "tools/cli/batch/slurm.h"

#include <fmt/format.h>

#include <cmath>

#include "tools/cli/invocation.h"

namespace vggstyle {
namespace {

/// What a task asks for, in MB: more than its run's plan, which a whole process exceeded by 40 to 95 MB at 256 to
/// 1024 pixels; large pictures take more while they are read.
double task_megabytes(double planned_bytes) {
  return std::ceil(1.1 * planned_bytes * 1e-6 + 512);
}

}  // namespace

std::string slurm_script(const SlurmArray& array) {
  const std::string batch = command_line({array.words.front()}, array.program);
  const std::string rest = command_line(array.words, array.program).substr(batch.size());
  return fmt::format(
      "#!/bin/sh\n"
      "#SBATCH --job-name=vggstyle\n"
      "#SBATCH --array=1-{0}\n"
      "#SBATCH --ntasks=1\n"
      "#SBATCH --cpus-per-task={1}\n"
      "#SBATCH --mem={2:.0f}M\n"
      "# A task for each job. When all have ended, the same command as below without --only tries "
      "again what failed\n"
      "# and writes the page.\n"
      "{3} || exit 1\n"
      "exec {4} --only \"$SLURM_ARRAY_TASK_ID\" --threads \"$SLURM_CPUS_PER_TASK\"{5}\n",
      array.jobs, array.threads, task_megabytes(array.bytes),
      command_line({"--", array.folder}, "cd"), batch, rest);
}

}  // namespace vggstyle

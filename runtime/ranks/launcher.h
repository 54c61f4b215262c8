#pragma once

#include <cstdlib>

namespace vggstyle {

/// How many processes a launcher of MPI says that it has started, in the variables of Open MPI, of those that
/// speak PMI (MPICH, Slurm's srun), and of srun with PMIx: 1 without one.
inline int launched_processes() {
  if (const char* tasks = std::getenv("SLURM_STEP_NUM_TASKS"); tasks && std::getenv("PMIX_RANK")) {
    return std::atoi(tasks);
  }
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    if (const char* size = std::getenv(name)) return std::atoi(size);
  }
  return 1;
}

}  // namespace vggstyle

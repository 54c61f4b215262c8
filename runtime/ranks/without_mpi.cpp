// A build without MPI.

#include <string>

#include "runtime/error.h"
#include "runtime/ranks/launcher.h"
#include "runtime/ranks/ranks.h"

namespace vggstyle {

std::unique_ptr<Ranks> join_ranks() {
  const int processes = launched_processes();
  if (processes <= 1) return nullptr;
  throw InputError("started as one of " + std::to_string(processes) +
                   " processes, which cannot share a picture: this vggstyle was built without MPI; "
                   "build it with libopenmpi-dev installed, or leave out mpirun");
}

}  // namespace vggstyle

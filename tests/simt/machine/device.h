#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "runtime/gpu_device.h"
#include "tests/simt/machine/access_counts.h"
#include "tests/simt/machine/block.h"
#include "tests/simt/machine/error.h"

namespace vggstyle::simt {

/// The documented limits of a card of this capability (75, 80, 86, 89, 90, 120; CUDA C++
/// Programming Guide, "Technical Specifications per Compute Capability"), with 4 GiB of memory.
GpuLimits limits_of(int capability);

struct SimtOptions {
  GpuLimits limits = limits_of(80);
  std::uint64_t seed = 1;  ///< of the order in which threads run
  int os_threads = 2;      ///< never changes a result
  Checks checks = Checks::kFull;
};

/// A GPU for tests: kernels run on the processor, every access checked; see README.md. Launches
/// throw Error for what a check finds; the device stays usable.
std::unique_ptr<GpuDevice> make_simt_device(SimtOptions options = {});

/// What the launches since the last call did, if the device was made with Checks::kCount; one entry
/// a launch, lines in order.
std::vector<LaunchCounts> take_access_counts(GpuDevice& device);

/// How often the host handed memory to the device, or waited for some, since the last call.
struct Transfers {
  int uploads = 0;
  int downloads = 0;
};
Transfers take_transfers(GpuDevice& device);

/// For what stands in for a library (blas.cpp): runs or records `work` on a simulated device, after
/// checking that device code wrote what is read, and notes what is written.
struct LibraryRange {
  const void* data;
  std::size_t bytes;
};
void run_library(GpuDevice& device, const char* name, LibraryRange read, LibraryRange written,
                 std::function<void()> work);

}  // namespace vggstyle::simt

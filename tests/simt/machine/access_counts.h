#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What a launch did to memory, counted per warp instruction: it predicts speed.
namespace vggstyle::simt {

enum class Space { kShared, kGlobal };

/// All accesses of one source line.
struct LineCounts {
  std::string line;  ///< "kernels/cuda/conv3x3/conv3x3.cu:120"
  Space space = Space::kGlobal;
  bool write = false;
  std::uint64_t warp_accesses = 0;  ///< warp instructions
  /// Shared memory: passes over the 32 banks of 4 bytes. Global memory: sectors of 32 bytes.
  std::uint64_t transfers = 0;
  /// What the same bytes need without bank conflicts, or side by side.
  std::uint64_t least_transfers = 0;
};

struct LaunchCounts {
  std::string kernel;
  std::vector<LineCounts> lines;

  /// Transfers beyond the least, in shared memory.
  std::uint64_t bank_conflicts() const { return excess(Space::kShared); }
  /// Sectors beyond the least, in global memory.
  std::uint64_t excess_sectors() const { return excess(Space::kGlobal); }

 private:
  std::uint64_t excess(Space space) const {
    std::uint64_t sum = 0;
    for (const LineCounts& l : lines) {
      if (l.space == space) sum += l.transfers - l.least_transfers;
    }
    return sum;
  }
};

/// One lane's access.
struct Access {
  std::uintptr_t address;
  unsigned bytes;
};

/// Passes over the banks for accesses of one warp instruction, given by lane (`bytes` 0: the lane
/// takes no part). An access of 8 bytes a lane goes by half warps, one of 16 by quarter warps;
/// lanes that want the same word share it.
unsigned bank_passes(const Access (&lanes)[32]);
/// The least passes for them: one for each half or quarter warp that takes part.
unsigned least_bank_passes(const Access (&lanes)[32]);
/// Sectors of 32 bytes touched, and the least that would hold as many different bytes.
unsigned sectors(const Access (&lanes)[32]);
unsigned least_sectors(const Access (&lanes)[32]);

}  // namespace vggstyle::simt

#include "tests/simt/machine/races.h"

#include <algorithm>

namespace vggstyle::simt {
namespace {

/// Whether what `cell` remembers lies before what `lane` does now.
bool ordered(std::uint64_t cell, const Memory& memory, const Lane& lane) {
  if (!is_current(cell, memory, lane)) return true;
  const unsigned who = cell_who(cell);
  if (who == kNobody) return true;
  if ((cell ^ lane.stamp) >> 32 != 0 || who == kSeveralBlocks) return false;
  const std::uint32_t time = cell_time(cell);
  if (time < lane.block->barrier_time || who == lane.index) return true;
  if (who < kLanesOfWarp) return who / 32 == lane.index / 32 && time < lane.known[who % 32];
  if (who == kSeveralThreads || who - kLanesOfWarp != lane.index / 32) return false;
  for (unsigned i = 0; i < lane.warp->count; ++i) {
    if (i != lane.lane && time >= lane.known[i]) return false;
  }
  return true;
}

/// `cell` and now `lane` too.
std::uint64_t merged(std::uint64_t cell, const Memory& memory, const Lane& lane) {
  const std::uint64_t own = lane.stamp;
  if (!is_current(cell, memory, lane) || cell_who(cell) == kNobody) return own;
  if (cell_who(cell) == lane.index && (cell ^ own) >> 32 == 0) return own;
  if (ordered(cell, memory, lane)) return own;
  const std::uint64_t tag = cell >> 32 << 32;  // of several blocks: the first of them
  if ((cell ^ own) >> 32 != 0 || cell_who(cell) == kSeveralBlocks) {
    return cell_of(tag, kSeveralBlocks, 0);
  }
  const std::uint32_t time = std::max(cell_time(cell), lane.time);
  const unsigned who = cell_who(cell), warp = kLanesOfWarp + lane.index / 32;
  const bool same_warp = who == warp || (who < kLanesOfWarp && who / 32 == lane.index / 32);
  return cell_of(tag, same_warp ? warp : kSeveralThreads, time);
}

bool is_split(std::uint64_t cell, const Memory& memory, const Lane& lane) {
  return (cell & kSplit) != 0 && is_current(cell, memory, lane);
}

/// The first of the remembered accesses to these bytes that is not ordered before now, or 0.
std::uint64_t race_with(const Memory& memory, const Lane& lane, std::size_t word,
                        unsigned byte_mask, bool writers, bool atomic) {
  const std::uint64_t first = memory.cell(writers, 0, word);
  const auto races = [&](std::uint64_t cell) {
    return !(atomic && (cell & kAtomic) != 0) && !ordered(cell, memory, lane);
  };
  if (!is_split(first, memory, lane)) return races(first) ? first : 0;
  for (unsigned byte = 0; byte < 4; ++byte) {
    if ((byte_mask >> byte & 1) == 0) continue;
    const std::uint64_t cell = memory.cell(writers, byte, word);
    if (races(cell)) return cell;
  }
  return 0;
}

}  // namespace

std::uint64_t record_access(const Memory& memory, const Lane& lane, std::size_t word,
                            unsigned byte_mask, bool write, bool atomic) {
  const bool whole = byte_mask == 0xF;
  std::uint64_t& first = memory.cell(write, 0, word);
  std::uint64_t race = race_with(memory, lane, word, byte_mask, true, atomic);
  if (race == 0 && write) race = race_with(memory, lane, word, byte_mask, false, false);
  if (race != 0) return race;

  const auto updated = [&](std::uint64_t cell) {
    if (!write) return merged(cell, memory, lane);
    if (atomic) return ((cell & kAtomic) != 0 ? merged(cell, memory, lane) : lane.stamp) | kAtomic;
    return lane.stamp;
  };
  const bool split = is_split(first, memory, lane);
  if (whole && (!split || (write && !atomic))) {
    first = updated(first);
    return 0;
  }
  if (!split) {
    const std::uint64_t nobody = cell_of(lane.stamp >> 32 << 32, kNobody, 0);
    const std::uint64_t before = is_current(first, memory, lane) ? first : nobody;
    first = before;
    for (unsigned byte = 1; byte < 4; ++byte) memory.cell(write, byte, word) = before;
  }
  for (unsigned byte = 0; byte < 4; ++byte) {
    if ((byte_mask >> byte & 1) == 0) continue;
    std::uint64_t& cell = memory.cell(write, byte, word);
    cell = updated(cell & ~kSplit);
  }
  first &= ~kSplit;
  bool all_same = true;
  for (unsigned byte = 1; byte < 4; ++byte) all_same &= memory.cell(write, byte, word) == first;
  if (!all_same) first |= kSplit;
  return 0;
}

}  // namespace vggstyle::simt

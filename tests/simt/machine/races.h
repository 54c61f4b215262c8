#pragma once

#include <cstdint>

#include "tests/simt/machine/block.h"

/// The order of accesses. Two accesses of the same bytes, one of them a write, must be ordered: by
/// a block barrier, by __syncwarp within a warp, or by the end of a launch.
///
/// Each lane has a logical time. A block barrier sets the times of all lanes to one more than the
/// latest, and everything before is known to all. A __syncwarp tells the lanes of its mask what
/// they know of each other, and moves their times on. An access lies before now if its thread's
/// time then is less than what the lane now knows of that thread.
///
/// A cell remembers the last write, or reads, of a word: launch 13 bits | block 19 | who 11 |
/// time 19 | atomic 1 | split 1. `split`: the bytes of this word have cells of their own.
namespace vggstyle::simt {

constexpr std::uint32_t kMaxLaunch = (1U << 13) - 1;
constexpr std::uint32_t kMaxBlocks = 1U << 19;
constexpr std::uint32_t kMaxTime = (1U << 19) - 2;

// `who` is a thread's index in its block, or one of these.
constexpr unsigned kLanesOfWarp = 1024;  ///< + warp: several of its lanes
constexpr unsigned kNobody = 2045;
constexpr unsigned kSeveralThreads = 2046;  ///< of one block, in several warps
constexpr unsigned kSeveralBlocks = 2047;

constexpr std::uint64_t kSplit = 1, kAtomic = 2;

constexpr std::uint64_t cell_tag(std::uint32_t launch, std::uint32_t block) {
  return static_cast<std::uint64_t>(launch << 19 | block) << 32;
}
constexpr std::uint64_t cell_of(std::uint64_t tag, unsigned who, std::uint32_t time) {
  return tag | static_cast<std::uint64_t>(who) << 21 | static_cast<std::uint64_t>(time) << 2;
}
constexpr std::uint32_t cell_launch(std::uint64_t cell) {
  return static_cast<std::uint32_t>(cell >> 51);
}
constexpr std::uint32_t cell_block(std::uint64_t cell) {
  return static_cast<std::uint32_t>(cell >> 32) & (kMaxBlocks - 1);
}
constexpr unsigned cell_who(std::uint64_t cell) {
  return static_cast<unsigned>(cell >> 21) & 0x7FF;
}
constexpr std::uint32_t cell_time(std::uint64_t cell) {
  return static_cast<std::uint32_t>(cell >> 2) & ((1U << 19) - 1);
}

inline void set_time(Lane& lane, std::uint32_t time) {
  lane.time = time;
  lane.stamp = cell_of(cell_tag(lane.block->launch->number, lane.block->number), lane.index, time);
}

/// Whether `cell` is of this launch and, in shared memory, of this block: otherwise it is history.
inline bool is_current(std::uint64_t cell, const Memory& memory, const Lane& lane) {
  if (memory.of_all_blocks()) return cell_launch(cell) == cell_launch(lane.stamp);
  return (cell ^ lane.stamp) >> 32 == 0;
}

/// Whether `cell`, not split, holds a read by `lane` now already: a further one would not change
/// it.
inline bool holds_read(std::uint64_t cell, const Lane& lane) {
  if (cell == lane.stamp) return true;
  const unsigned who = cell_who(cell);
  if (who == kSeveralBlocks) return cell_launch(cell) == cell_launch(lane.stamp);
  if ((cell ^ lane.stamp) >> 32 != 0 || cell_time(cell) < lane.time) return false;
  // Of a warp, unless a __syncwarp has ordered some of its reads before now.
  return who == kSeveralThreads ||
         (who == kLanesOfWarp + lane.index / 32 && cell_time(cell) >= lane.latest_known);
}

/// The commonest access, told apart quickly: a read of bytes that `lane`, or many, have read
/// before, and that nobody wrote since the last barrier. There is nothing to record, and no race:
/// a reader's conflict with a later write is the writer's to find.
inline bool is_read_again(const Memory& memory, const Lane& lane, std::size_t word,
                          unsigned byte_mask) {
  const std::uint64_t writer = memory.cell(true, 0, word);
  if (writer != lane.stamp && is_current(writer, memory, lane)) {
    const bool before_barrier = (writer & kSplit) == 0 && (writer ^ lane.stamp) >> 32 == 0 &&
                                cell_who(writer) != kSeveralBlocks &&
                                cell_time(writer) < lane.block->barrier_time;
    if (!before_barrier) return false;
  }
  const std::uint64_t reader = memory.cell(false, 0, word);
  if ((reader & kSplit) == 0 || !is_current(reader, memory, lane)) return holds_read(reader, lane);
  for (unsigned byte = 0; byte < 4; ++byte) {
    if ((byte_mask >> byte & 1) == 0) continue;
    if (!holds_read(memory.cell(false, byte, word) & ~kSplit, lane)) return false;
  }
  return true;
}

/// Records an access of the bytes `byte_mask` (bit i: byte i) of a word and returns the cell of an
/// access that it races with, or 0.
std::uint64_t record_access(const Memory& memory, const Lane& lane, std::size_t word,
                            unsigned byte_mask, bool write, bool atomic);

}  // namespace vggstyle::simt

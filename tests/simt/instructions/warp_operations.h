#pragma once

#include "tests/simt/machine/block.h"

namespace vggstyle::simt {

/// Everything that a warp does together; lanes that meet must want the same.
enum class WarpOperation {
  kSync,
  kShuffle,
  kVote,
  kReduce,
  kMatch,
  kLdmatrix,
  kMmaF16,
  kMmaBf16,
  kMmaTf32,
  kWgmmaFence,
  kWgmma,
  kWgmmaCommit,
  kWgmmaWait,
};

/// The calling lane comes to an operation. When all lanes of `mask` are there, the last one calls
/// execute(warp) for all, and each returns; what they give and get lies in their Lane or Warp.
/// `aligned`: all lanes must come to the same place of the source.
template <typename Execute>
void meet(Lane& lane, WarpOperation operation, unsigned variant, unsigned mask, bool aligned,
          const void* place, Execute execute);

}  // namespace vggstyle::simt

#include "tests/simt/machine/races.h"
#include "tests/simt/machine/source_place.h"

namespace vggstyle::simt {

/// Error if a lane that waits for this one, and this one for it, wants something else.
void check_meeting(const Lane& lane, bool aligned);

/// Whether all lanes of `mask` wait for each other.
inline bool all_came(const Warp& warp, unsigned mask) {
  if ((warp.waiting & mask) != mask) return false;
  for (unsigned i = 0; i < warp.count; ++i) {
    if ((mask >> i & 1) != 0 && warp.lanes[i].mask != mask) return false;
  }
  return true;
}

template <typename Execute>
void meet(Lane& lane, WarpOperation operation, unsigned variant, unsigned mask, bool aligned,
          const void* place, Execute execute) {
  Warp& warp = *lane.warp;
  Worker& worker = *current.worker;
  lane.operation = static_cast<int>(operation) * 256 + static_cast<int>(variant);
  lane.mask = mask;
  lane.place = place;
  if ((mask >> lane.lane & 1) == 0) {
    worker.fail({.kind = ErrorKind::kBadMask,
                 .what = "the mask of a warp operation does not hold the calling lane",
                 .lane = &lane,
                 .place = place});
  }
  check_meeting(lane, aligned);
  warp.waiting |= 1U << lane.lane;
  if (!all_came(warp, mask)) {
    lane.wait = Wait::kWarp;
    worker.wait(lane);
    return;
  }
  execute(warp);
  warp.waiting &= ~mask;
  for (unsigned i = 0; i < warp.count; ++i) {
    if ((mask >> i & 1) != 0 && i != lane.lane) worker.wake(warp.lanes[i]);
  }
}

}  // namespace vggstyle::simt

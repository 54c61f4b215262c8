#pragma once

#include <vector>

#include "net/tiles/tile_plan.h"
#include "runtime/ranks/ranks.h"

namespace vggstyle {

/// A picture among ranks. Each has a band of its rows: the unknowns of these are its own, with their gradient and all
/// that the optimiser keeps of them, and it computes the tiles whose cores they are. What the tiles' windows see beyond the
/// band (the slab is both) comes from the ranks that have it, once an evaluation; activations of the halo are computed
/// twice, as between tiles of one rank.

/// The rows of each rank: as equal as multiples of `alignment` (the last takes the rest) allow. InputError if there are more ranks than
/// multiples.
std::vector<Interval> plan_bands(int height, int alignment, int ranks);

/// The rows that a rank reads: those of all windows, and one beside the band for losses that compare neighbours.
Interval slab_of(const TilePlan& plan);

/// Moves rows of planar data on the host between ranks. `band` are the rows that a rank has, of all the ranks' together
/// each row once; `slab` those that it wants, which contain its band or are none.
class RowExchange {
 public:
  RowExchange(Ranks& ranks, Interval band, Interval slab);

  /// From channels x band x width to channels x slab x width.
  std::vector<float> run(const std::vector<float>& band, int channels, int width) const;

 private:
  Ranks& ranks_;
  std::vector<Interval> bands_, slabs_;  ///< of each rank
};

}  // namespace vggstyle

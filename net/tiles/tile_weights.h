#pragma once

#include <deque>
#include <vector>

#include "kernels/position_weights.h"
#include "net/graph/graph_plan.h"
#include "net/graph/region_weights.h"
#include "net/tiles/tile_plan.h"
#include "runtime/arena.h"

namespace vggstyle {

/// The weights of the positions of one tile's window at each size that activations have.
class TileWeights {
 public:
  /// `whole` is what the whole picture's graph would be, `window` that of a tile.
  TileWeights(const TilePlan& tiles, const GraphPlan& whole, const GraphPlan& window,
              const RegionWeights& regions);

  /// Takes its memory from `arena`.
  void reserve(Arena& arena);
  /// Those of `tile`, until the next call.
  void load(Device& device, const Tile& tile);

  /// Of what a term sums up: those of its region (kWholePicture: 1) where a position belongs to the tile, and 0 in the
  /// halo. A sum of 0: nothing of the region is in the tile.
  PositionWeights of_core(int region, const Shape& window) const;
  /// Of a region, of all of the window.
  PositionWeights of_window(int region, const Shape& window) const;

 private:
  /// One region at one size.
  struct Level {
    int region, stride;
    Shape whole, window;  ///< channels are 1
    float* core = nullptr;
    float* all = nullptr;  ///< null for kWholePicture
    double core_sum = 0, sum = 0;
  };

  void load(Device& device, const Tile& tile, Level& level);
  const Level& at(int region, const Shape& window) const;

  const TilePlan& tiles_;
  const RegionWeights& regions_;
  std::deque<Level> levels_;  ///< an arena holds pointers into it
};

}  // namespace vggstyle

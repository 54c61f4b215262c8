#pragma once

#include <string>
#include <utility>
#include <vector>

#include "net/graph/graph_plan.h"
#include "net/tiles/tile_plan.h"
#include "tools/session/engine.h"
#include "tools/session/problem.h"

namespace vggstyle {

using PictureSize = std::pair<int, int>;  ///< width, height

/// What decides the memory of a run, but for the size of its picture: known without its pictures,
/// and for a device that is not here.
struct MemoryFacts {
  Model model;
  LossSpec loss;
  Minimizer minimizer;
  std::vector<PictureSize> styles;
  bool masked_styles;  ///< whether the styles have masks
  StorageFacts storage;
  Precision precision;
  int ranks = 1;  ///< that share the picture: bytes are those of one of them
};
MemoryFacts memory_facts(const ProblemSpec& spec, Model model, Backend& backend, int ranks);
MemoryFacts memory_facts(const ProblemSpec& spec, const Engine& engine);

/// The graph of a picture of `size`, in one.
GraphPlan plan_run(const MemoryFacts& facts, PictureSize size);

/// The most that a run holds at once, in bytes, its graphs in windows of at most `tile` (0: in one): its
/// graph, the optimiser's vectors and the picture, and while the targets are taken, the graph of the
/// largest style that has another size.
double run_bytes(const MemoryFacts& facts, PictureSize size, int tile = 0);

/// The largest windows with which the run takes at most `bytes`: 0 if it does in one, -1 if it does not even
/// with the smallest, or cannot be made in tiles: in float16, whose units come of the whole
/// picture, and of circular pictures whose sides are no multiples of the pools' stride.
int find_tile(const MemoryFacts& facts, PictureSize size, double bytes);

/// The windows of a run with ProblemSpec::memory, as GraphOptions::tile.
int tile_of(const MemoryFacts& facts, PictureSize size, double memory);
/// How many there are, of all ranks, and the pixels of all their windows over those of the picture; both 1 for a
/// tile of 0 and no ranks.
struct Tiling {
  std::size_t tiles;
  double work;
};
Tiling tiling_of(const MemoryFacts& facts, PictureSize size, int tile);
/// "6 tiles, 1.4 times the work".
std::string text_of(const Tiling& tiling);

/// The largest picture of the shape of `size` whose run takes at most `available` bytes, in one or in tiles, with its
/// longest side a multiple of 8; 0 x 0 if none does.
PictureSize largest_size(const MemoryFacts& facts, PictureSize size, double available,
                         bool in_tiles);

/// Sets spec.memory, if it is 0 and the run fits into what is free only in tiles.
void choose_memory(ProblemSpec& spec, const Engine& engine);
/// The bytes that optimize() takes. InputError if they are more than spec.memory, with the largest --size that
/// fits.
double planned_bytes(const ProblemSpec& spec, const Engine& engine);
/// The same. InputError, too, if they are not free.
double check_memory(const ProblemSpec& spec, const Engine& engine);

}  // namespace vggstyle

#pragma once

#include <utility>
#include <vector>

#include "net/graph/graph_plan.h"
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
};
MemoryFacts memory_facts(const ProblemSpec& spec, const Engine& engine);

/// The graph of a picture of `size`.
GraphPlan plan_run(const MemoryFacts& facts, PictureSize size);

/// The most that a run holds at once, in bytes: its graph, the optimiser's vectors and the picture,
/// and while the targets are taken, the graph of the largest style that has another size.
double run_bytes(const MemoryFacts& facts, PictureSize size);

/// The largest picture of the shape of `size` whose run takes at most `available` bytes, with its
/// longest side a multiple of 8; 0 x 0 if none does.
PictureSize largest_size(const MemoryFacts& facts, PictureSize size, double available);

/// The bytes that optimize() takes. InputError if they are not free, with the largest --size that
/// fits.
double check_memory(const ProblemSpec& spec, const Engine& engine);

}  // namespace vggstyle

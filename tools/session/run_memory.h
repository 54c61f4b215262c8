#pragma once

#include <utility>
#include <vector>

#include "net/cost.h"
#include "tools/session/search.h"

namespace vggstyle {

using PictureSize = std::pair<int, int>;  ///< width, height

/// What decides the memory of a run, but for the size of its picture.
struct RunShape {
  Model model;
  LossSpec spec;
  Search search;
  std::vector<PictureSize> styles;
  StorageFacts storage;
};

/// The optimiser's vectors and the picture itself, in bytes.
double search_bytes(const Search& search, PictureSize size);

/// The most that a run holds at once: the graph, the optimiser's vectors, and while the targets
/// are taken, the graph of the largest style that has another size than the picture.
double run_bytes(const RunShape& shape, PictureSize size);

/// The largest picture of the shape of `size` whose run takes at most `available` bytes, with its
/// longest side a multiple of 8; 0 x 0 if none does.
PictureSize largest_size(const RunShape& shape, PictureSize size, double available);

}  // namespace vggstyle

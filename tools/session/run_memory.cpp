#include "tools/session/run_memory.h"

#include <algorithm>

#include "tools/pictures/resize.h"
#include "tools/session/defaults.h"

namespace vggstyle {
namespace {

Shape pixels_of(PictureSize size) {
  return {3, size.second, size.first};
}

}  // namespace

double search_bytes(const Search& search, PictureSize size) {
  // See each optimiser's header; and the picture.
  const int vectors = search.optimizer == Optimizer::kLbfgs  ? 2 * search.history + 6
                      : search.optimizer == Optimizer::kAdam ? 5
                                                             : 3;
  return vectors * static_cast<double>(pixels_of(size).elements()) * sizeof(float);
}

double run_bytes(const RunShape& shape, PictureSize size) {
  double style_bytes = 0;
  if (shape.spec.style_weight > 0) {
    for (const PictureSize& style : shape.styles) {
      if (style == size) continue;  // the run's own graph takes its statistics
      const GraphCost cost =
          graph_cost(shape.model, pixels_of(style), shape.spec, shape.storage, false);
      style_bytes = std::max(style_bytes, cost.memory_bytes());
    }
  }
  return graph_cost(shape.model, pixels_of(size), shape.spec, shape.storage).memory_bytes() +
         search_bytes(shape.search, size) + style_bytes;
}

PictureSize largest_size(const RunShape& shape, PictureSize size, double available) {
  constexpr int kStep = 8;
  const auto scaled = [size](int steps) {
    return fit_longest_side(size.first, size.second, steps * kStep);
  };
  // Bytes grow with the size: the last number of steps that fits.
  int fits = 0, too_many = kLargestSize / kStep + 1;
  while (too_many - fits > 1) {
    const int middle = (fits + too_many) / 2;
    (run_bytes(shape, scaled(middle)) <= available ? fits : too_many) = middle;
  }
  return fits == 0 ? PictureSize{0, 0} : scaled(fits);
}

}  // namespace vggstyle

// Which images moves lead between.

#include <functional>
#include <numeric>

#include "tools/toy/grid/grid_styles.h"

namespace vggstyle::toy {
namespace {

/// A move of pixels: what is at `i` goes to `to[i]`.
using Places = std::vector<unsigned>;

Places places(Grid grid, const std::function<std::pair<int, int>(int x, int y)>& move) {
  Places to;
  for (int y = 0; y < grid.height; ++y) {
    for (int x = 0; x < grid.width; ++x) {
      const auto [new_x, new_y] = move(x, y);
      to.push_back(static_cast<unsigned>(new_y * grid.width + new_x));
    }
  }
  return to;
}

std::uint32_t moved(std::uint32_t image, const Places& to) {
  std::uint32_t result = 0;
  for (unsigned i = 0; i < to.size(); ++i) result |= ((image >> i) & 1U) << to[i];
  return result;
}

std::vector<Places> generators(Grid grid, Moves moves) {
  std::vector<Places> all;
  if (moves >= Moves::kMirrors) {
    all.push_back(places(grid, [&](int x, int y) { return std::pair(grid.width - 1 - x, y); }));
    all.push_back(places(grid, [&](int x, int y) { return std::pair(x, grid.height - 1 - y); }));
    if (grid.width == grid.height) {
      all.push_back(places(grid, [](int x, int y) { return std::pair(y, x); }));
    }
  }
  if (moves >= Moves::kShifts) {
    all.push_back(places(grid, [&](int x, int y) { return std::pair((x + 1) % grid.width, y); }));
    all.push_back(places(grid, [&](int x, int y) { return std::pair(x, (y + 1) % grid.height); }));
  }
  return all;
}

/// Disjoint sets (Tarjan 1975), with path halving.
class Sets {
 public:
  explicit Sets(std::uint32_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), 0U);
  }
  std::uint32_t find(std::uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::uint32_t a, std::uint32_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace

std::uint32_t negative(Grid grid, std::uint32_t image) {
  return grid.images() - 1 - image;
}

Partition orbits(Grid grid, Moves moves) {
  Sets sets(grid.images());
  for (const Places& to : generators(grid, moves)) {
    for (std::uint32_t image = 0; image < grid.images(); ++image) {
      sets.join(image, moved(image, to));
    }
  }
  if (moves == Moves::kNegatives) {
    for (std::uint32_t image = 0; image < grid.images(); ++image) {
      sets.join(image, negative(grid, image));
    }
  }
  ClassNumbers<std::uint32_t> number;
  std::vector<std::uint32_t> class_of(grid.images());
  for (std::uint32_t image = 0; image < grid.images(); ++image) {
    class_of[image] = number(sets.find(image));
  }
  return Partition(std::move(class_of));
}

}  // namespace vggstyle::toy

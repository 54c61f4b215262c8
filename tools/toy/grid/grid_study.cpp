#include "tools/toy/grid/grid_study.h"

#include <algorithm>

#include "runtime/error.h"

namespace vggstyle::toy {
namespace {

/// From 2 x 2 to `last`, one side longer by one each time.
std::vector<Grid> growing_grids(Grid last) {
  std::vector<Grid> grids = {{2, 2}};
  while (grids.back().width < last.width || grids.back().height < last.height) {
    Grid next = grids.back();
    const bool wider =
        next.width < last.width && (next.width <= next.height || next.height == last.height);
    ++(wider ? next.width : next.height);
    grids.push_back(next);
  }
  return grids;
}

GridStudy::Step step_of(Grid grid, const GridStyles& styles) {
  return {grid, counts_of(styles.raw), counts_of(styles.centered), counts_of(styles.both)};
}

}  // namespace

ClassCounts counts_of(const Partition& classes) {
  return {classes.classes(), classes.largest_size(), classes.unique()};
}

const GridStyles& GridStudy::styles() const {
  return styles(chosen);
}

const GridStyles& GridStudy::styles(const Variant& variant) const {
  const auto found = std::find_if(results.begin(), results.end(),
                                  [&](const Result& result) { return result.variant == variant; });
  if (found == results.end()) throw InternalError("the toy has no " + name_of(variant));
  return found->styles;
}

GridStudy study_grid(Grid grid, const Variant& chosen,
                     const std::function<void(const GridStudy::Result&)>& done) {
  GridStudy study{grid,
                  chosen,
                  {},
                  patch_classes(grid),
                  orbits(grid, Moves::kMirrors),
                  orbits(grid, Moves::kShifts),
                  orbits(grid, Moves::kNegatives),
                  {}};
  for (const Variant& variant : all_variants()) {
    study.results.push_back({variant, grid_styles(grid, variant)});
    done(study.results.back());
  }
  for (const Grid& smaller : growing_grids(grid)) {
    const bool last = smaller.pixels() == grid.pixels();
    study.growth.push_back(step_of(smaller, last ? study.styles() : grid_styles(smaller, chosen)));
  }
  return study;
}

double expected_seconds(Grid grid) {
  constexpr double kSecondsAnImage = 1.4e-5;
  return kSecondsAnImage * grid.images();
}

std::size_t same_as_negative(Grid grid, const Partition& classes) {
  std::size_t count = 0;
  for (std::uint32_t image = 0; image < grid.images(); ++image) {
    count += classes.class_of(image) == classes.class_of(negative(grid, image)) ? 1 : 0;
  }
  return count;
}

}  // namespace vggstyle::toy

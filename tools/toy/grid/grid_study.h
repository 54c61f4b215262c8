#pragma once

#include <functional>
#include <vector>

#include "tools/toy/grid/grid_styles.h"

namespace vggstyle::toy {

/// Numbers of one style on one grid.
struct ClassCounts {
  std::size_t classes = 0;
  std::size_t largest = 0;
  std::size_t unique = 0;  ///< images that no other one has the style of
};
ClassCounts counts_of(const Partition& classes);

/// All binary images of a grid by their styles: under the variant that was chosen, and under the
/// others beside it.
struct GridStudy {
  Grid grid;
  Variant chosen;

  struct Result {
    Variant variant;
    GridStyles styles;
  };
  std::vector<Result> results;       ///< of all_variants(), in that order
  const GridStyles& styles() const;  ///< of the chosen one
  const GridStyles& styles(const Variant& variant) const;

  Partition patches;                     ///< by what is in the patches
  Partition mirrors, shifts, negatives;  ///< orbits of moves

  /// The chosen variant on smaller grids, from 2 x 2 to this one.
  struct Step {
    Grid grid;
    ClassCounts raw, centered, both;
  };
  std::vector<Step> growth;
};

/// `done` is called after each of the eight variants.
GridStudy study_grid(Grid grid, const Variant& chosen,
                     const std::function<void(const GridStudy::Result&)>& done);

/// Seconds that it takes, roughly.
double expected_seconds(Grid grid);

/// Images that have the same style as their negatives.
std::size_t same_as_negative(Grid grid, const Partition& classes);

}  // namespace vggstyle::toy

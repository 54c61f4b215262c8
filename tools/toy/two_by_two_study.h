#pragma once

#include <cstdint>
#include <vector>

#include "tools/toy/proof.h"
#include "tools/toy/sampling.h"
#include "tools/toy/solution_set.h"

namespace vggstyle::toy {

/// The spherical cow: what has the style of one 2x2 image, in closed form and by the optimiser.
struct TwoByTwoStudy {
  Image image{};
  int starts = 0;
  std::uint64_t seed = 0;
  struct Constraint {
    SolutionSet set;
    Samples samples;
  };
  std::vector<Constraint> constraints;  ///< in the order of kConstraints
  Proof proof;                          ///< of both constraints together
};
TwoByTwoStudy study_two_by_two(const Image& image, int starts, std::uint64_t seed);

}  // namespace vggstyle::toy

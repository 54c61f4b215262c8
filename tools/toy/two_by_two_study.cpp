#include "tools/toy/two_by_two_study.h"

namespace vggstyle::toy {

TwoByTwoStudy study_two_by_two(const Image& image, int starts, std::uint64_t seed) {
  TwoByTwoStudy study{image, starts, seed, {}, prove(image)};
  for (const GramMode constraint : kConstraints) {
    study.constraints.push_back(
        {solution_set(image, constraint), sample_solutions(image, constraint, starts, seed)});
  }
  return study;
}

}  // namespace vggstyle::toy

#include "tools/toy/cow_study.h"

namespace vggstyle::toy {

CowStudy study_cow(const Image& image, int starts, std::uint64_t seed) {
  CowStudy study{image, starts, seed, {}, prove(image)};
  for (const GramMode constraint : kConstraints) {
    study.constraints.push_back(
        {solution_set(image, constraint), sample_solutions(image, constraint, starts, seed)});
  }
  return study;
}

}  // namespace vggstyle::toy

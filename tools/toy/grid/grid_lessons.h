#pragma once

#include <string>
#include <vector>

#include "tools/toy/grid/grid_study.h"

namespace vggstyle::toy {

/// What a study teaches: a sentence or a few for each point, from its own numbers.
std::vector<std::string> lessons(const GridStudy& study);

/// The variants, those together under which the classes of raw, centred and both are the same.
std::vector<std::vector<Variant>> variants_alike(const GridStudy& study);

}  // namespace vggstyle::toy

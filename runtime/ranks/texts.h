#pragma once

#include <string>
#include <vector>

#include "runtime/ranks/ranks.h"

namespace vggstyle {

/// The text of each rank, on every rank.
std::vector<std::string> gather_texts(Ranks& ranks, const std::string& own);

}  // namespace vggstyle

#pragma once

#include <functional>

#include "runtime/ranks/ranks.h"

namespace vggstyle::testing {

/// Calls `run` as so many ranks at once, each a thread of this process; the first error of one of them, if there is one,
/// ends the others at their next call of Ranks, and is thrown. Ranks that do not call the same functions
/// in the same order end so, too.
void run_as_ranks(int size, const std::function<void(Ranks&)>& run);

}  // namespace vggstyle::testing

#pragma once

#include "runtime/ranks/ranks.h"
#include "tools/session/optimize.h"

namespace vggstyle {

/// The callback of a run that ranks share: rank 0's is `callback`, and the others do what it asks of them (its pictures and
/// checkpoints are made of every rank's rows) and hear what it says. On the other ranks `callback` is not called.
StepCallback led_by_first(Ranks& ranks, const StepCallback& callback);

}  // namespace vggstyle

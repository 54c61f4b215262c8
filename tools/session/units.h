#pragma once

#include "net/graph/graph.h"
#include "tools/session/engine.h"
#include "tools/session/problem.h"

namespace vggstyle {

/// The units in which a run stores its layers (net/balance.h): measured at the start where the
/// engine computes in float16, which ends at 65504; none for the other precisions, which have
/// float32's range.
Balance choose_units(const Engine& engine, const ProblemSpec& spec);

/// The same for a graph without gradient that looks at `picture`.
Balance choose_units(const Engine& engine, const LossSpec& loss, const Picture& picture);

}  // namespace vggstyle

#pragma once

#include "tools/session/engine.h"
#include "tools/session/optimization.h"
#include "tools/transfer/run.h"

namespace vggstyle {

/// Everything that a run needs, read and checked.
struct RunInputs {
  Engine engine;
  Optimization optimization;
};

/// Cheap checks first (options, output), then pictures and weights: nothing that takes long.
/// InputError for anything that cannot be used.
RunInputs prepare(const RunRequest& request);

/// The same with an engine that is there, and without a look at the output.
Optimization prepare_optimization(const RunRequest& request, const Engine& engine);

}  // namespace vggstyle

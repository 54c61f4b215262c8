#pragma once

#include "tools/cli/options.h"
#include "tools/transfer/run.h"

namespace CLI {
class App;
}

namespace vggstyle {

/// The options of a run that say how its picture comes out: losses, pictures, optimisation,
/// network; not those of its output.
void add_run_options(CLI::App& app, RunRequest& request, LossChoice losses);

}  // namespace vggstyle

#pragma once

#include "tools/study/runner/study_request.h"

namespace CLI {
class App;
}

namespace vggstyle {

/// Offers -o, --at-once and --quiet.
void add_output_choices(CLI::App& app, StudyRequest& request);

/// Offers those, --size, --background, --seed, --iterations and the network's.
void add_study_options(CLI::App& app, StudyRequest& request);

}  // namespace vggstyle

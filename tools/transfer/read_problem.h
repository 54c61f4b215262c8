#pragma once

#include "tools/session/engine.h"
#include "tools/session/problem.h"
#include "tools/transfer/run.h"

namespace vggstyle {

/// InputError for settings that are wrong whatever the pictures and weights are.
void check_request(const RunRequest& request);

/// The pictures that a request names, read and resized, and its settings, defaults filled in. Cheap
/// checks come first. InputError for anything that cannot be used.
ProblemSpec read_problem(const RunRequest& request, const Engine& engine);

/// SettingError if --keep-profile asks for a profile of the content that pictures cannot be written with.
void check_profile(const RunRequest& request, const std::vector<std::uint8_t>& profile);

}  // namespace vggstyle

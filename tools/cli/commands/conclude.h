#pragma once

#include <functional>

#include "tools/study/runner/study_request.h"

namespace vggstyle {

/// Runs a study; tells where to look, or how to go on. Returns the exit code.
int conclude(const StudyRequest& request, const std::function<void()>& study);

}  // namespace vggstyle

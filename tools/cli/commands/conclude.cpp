#include "tools/cli/commands/conclude.h"

#include <fmt/format.h>

#include "runtime/interrupt.h"
#include "runtime/standard_streams.h"
#include "tools/study/runner/study_runner.h"

namespace vggstyle {

int conclude(const StudyRequest& request, const std::function<void()>& study) {
  try {
    study();
  } catch (const StudyInterrupted& stopped) {
    fmt::print(
        stderr,
        "interrupted with {} of {} pictures made; run the same command again to make the rest\n",
        stopped.done, stopped.total);
    return kExitInterrupted;
  }
  if (!request.quiet) tell(fmt::format("wrote {0}: open {0}/index.html", request.folder));
  return 0;
}

}  // namespace vggstyle

#include "tools/transfer/shared_run.h"

#include <fmt/format.h>

#include "net/tiles/tile_plan.h"
#include "runtime/error.h"
#include "runtime/ranks/texts.h"
#include "tools/session/files/result_file.h"
#include "tools/session/settings/check.h"
#include "tools/transfer/standard_input.h"

namespace vggstyle {

void check_shared_inputs(const RunRequest& request) {
  if (request.invocation.ranks == nullptr) return;
  if (!uses_of_standard_input(request).empty()) {
    throw InputError(
        "a picture from standard input reaches one process only: give each a file to read");
  }
}

void check_shared(const ProblemSpec& problem, const Engine& engine) {
  if (engine.ranks == nullptr) return;
  if (problem.loss.padding == Padding::kCircular) {
    throw SettingError("padding",
                       " circular: a picture that wraps cannot be shared by processes; leave out "
                       "--tileable and this option, or start one process");
  }
  if (engine.backend->precision() == Precision::kFloat16) {
    throw SettingError("precision",
                       " fp16: its units come of the whole picture, which no process has; use bf16 "
                       "or tf32, or start one process");
  }
  const int scales = problem.minimizer.scales;
  const int rows = problem.start.height >> (scales - 1);
  const int least = tile_alignment(engine.model(), deepest_layer(problem.loss));
  if (scales > 1 && rows / least < engine.ranks->size()) {
    throw SettingError("scales", fmt::format(" {}: the smallest size has {} rows, which {} "
                                             "processes cannot share; use fewer of either",
                                             scales, rows, engine.ranks->size()));
  }
  std::string own = settings_text(problem, engine) + "\n" + identity_of(problem.start);
  if (problem.content) own += identity_of(*problem.content);
  for (const Picture& style : problem.styles) own += identity_of(style);
  const std::vector<std::string> all = gather_texts(*engine.ranks, own);
  for (std::size_t r = 1; r < all.size(); ++r) {
    if (all[r] == all.front()) continue;
    throw InputError(
        fmt::format("process {} would make another picture than the first one: give both the same "
                    "files, weights and precision",
                    r));
  }
}

}  // namespace vggstyle

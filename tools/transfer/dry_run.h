#pragma once

#include "tools/transfer/run.h"

namespace vggstyle {

/// --dry-run: prints what a run would take, and runs nothing but, on a device that is here, one
/// evaluation of a small picture to time it by: work, traffic and memory of each layer, the
/// expected time, whether it fits, and the largest size that does. With --as, for a card that is
/// not here, from its data sheet (tools/transfer/cards.h). Returns 0, also if the run would not
/// fit.
int dry_run(const RunRequest& request);

}  // namespace vggstyle

#pragma once

#include "tools/transfer/run.h"

namespace vggstyle {

/// InputError if more than one of the pictures that a run reads is "-", standard input, or one that it reads twice:
/// what it holds comes only once.
void check_standard_input(const RunRequest& request);

}  // namespace vggstyle

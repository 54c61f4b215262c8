#pragma once

#include <string>
#include <vector>

#include "tools/transfer/run.h"

namespace vggstyle {

/// What a run reads from "-", standard input: "the content", "a style", "a mask"...
std::vector<std::string> uses_of_standard_input(const RunRequest& request);
/// InputError if more than one of the pictures that a run reads is "-", standard input, or one that it reads twice:
/// what it holds comes only once.
void check_standard_input(const RunRequest& request);

}  // namespace vggstyle

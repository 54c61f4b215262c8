#pragma once

#include <string>
#include <vector>

#include "tools/evaluate/evaluate.h"

namespace vggstyle {

/// The request that these arguments of `evaluate` make. InputError if they make none.
EvaluateRequest parse_evaluate_arguments(const std::vector<std::string>& arguments);

}  // namespace vggstyle

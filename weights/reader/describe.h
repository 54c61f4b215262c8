#pragma once

#include <string>

#include "weights/load.h"

namespace vggstyle {

/// What weights_info() does, in this process; as read_weights().
std::string describe_weights(const std::string& path, const LoadOptions& options);

}  // namespace vggstyle

#pragma once

#include <string_view>

namespace vggstyle {

/// "0.1.0".
std::string_view version();

}  // namespace vggstyle

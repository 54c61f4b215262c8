#pragma once

#include <string>

namespace vggstyle {

/// 128 random bits of the operating system, as 32 hexadecimal digits. InternalError if it has none.
std::string random_token();

}  // namespace vggstyle

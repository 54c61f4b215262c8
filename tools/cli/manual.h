#pragma once

#include <string>
#include <string_view>

#include "tools/cli/command_tree.h"

namespace vggstyle {

/// The manual page of `tree`, section 1, in the man macros of roff.
std::string manual_page(const CommandTree& tree, std::string_view version);

}  // namespace vggstyle

#pragma once

#include <string>
#include <vector>

#include "tools/cli/config/option_items.h"

namespace vggstyle {

/// Whether an option of a file has no use beside `arguments` (the command's name first), which win over it:
/// --checkpoint-every if they have --checkpoint none, --gram if they have --style-loss moments. Typed together
/// such options are refused, and so they are if one file, `items`, has both.
bool is_idle(const CLI::App& command, const OptionItem& item, const std::vector<OptionItem>& items,
             const std::vector<std::string>& arguments);

}  // namespace vggstyle

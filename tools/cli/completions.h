#pragma once

#include <string>

#include "tools/cli/command_tree.h"

namespace vggstyle {

/// A script that completes commands and options of `tree`, and files elsewhere, in a shell: for bash's and zsh's
/// bash_completion.d and site-functions (as _vggstyle), and fish's completions folder.
std::string bash_completion(const CommandTree& tree);
std::string zsh_completion(const CommandTree& tree);
std::string fish_completion(const CommandTree& tree);

}  // namespace vggstyle

#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// The command as it was typed, quoted so that a shell would read it again, less the options that
/// change no file (--threads, --at-once, --quiet, --serve): it goes into every file that the tool writes.
std::string command_line(int argc, const char* const* argv);

/// The arguments as CLI11 takes them: the last first, a file called [a,b] as ./[a,b], which it would
/// take for a list, after neural-style -long_names as --long_names, and --serve without an address as --serve=auto.
std::vector<std::string> for_parser(const std::vector<std::string>& arguments);

}  // namespace vggstyle

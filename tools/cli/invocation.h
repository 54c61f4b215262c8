#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// The command as it was typed, quoted so that a shell would read it again, less the options that
/// change no file (--threads, --at-once, --quiet, --serve): it goes into every file that the tool writes.
/// `arguments` are those of the program, the command's name first.
std::string command_line(const std::vector<std::string>& arguments,
                         const std::string& program = "vggstyle");

/// The arguments with another value of an option, which is known by several `names`: in its place if it
/// was given, and else behind the command's name.
std::vector<std::string> with_option(std::vector<std::string> arguments,
                                     const std::vector<std::string>& names,
                                     const std::string& value);

/// The arguments as CLI11 takes them: the last first, a file called [a,b] as ./[a,b], which it would
/// take for a list, after neural-style -long_names as --long_names, and --serve without an address as --serve=auto.
std::vector<std::string> for_parser(const std::vector<std::string>& arguments);

}  // namespace vggstyle

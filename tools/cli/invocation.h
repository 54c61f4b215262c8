#pragma once

#include <string>

namespace vggstyle {

/// The command as it was typed, quoted so that a shell would read it again, less the options that
/// change no file (--threads, --at-once, --quiet): it goes into every file that the tool writes.
std::string command_line(int argc, const char* const* argv);

}  // namespace vggstyle

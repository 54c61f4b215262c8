#pragma once

#include <string>
#include <string_view>

namespace vggstyle {

/// "0.1.0".
std::string_view version();

/// The command as it was typed, quoted so that a shell would read it again: it goes into every
/// file that the tool writes.
std::string command_line(int argc, const char* const* argv);

}  // namespace vggstyle

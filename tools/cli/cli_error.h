#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace vggstyle {

/// One sentence for a command line that could not be parsed, with the nearest option or command
/// where something was unknown.
std::string one_sentence(const CLI::App& app, const CLI::ParseError& error,
                         const std::vector<std::string>& arguments);

}  // namespace vggstyle

#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace vggstyle {

/// A command as its help describes it: what completions and the manual are made of.
struct CommandTree {
  struct Option {
    std::vector<std::string>
        names;  ///< "-o", "--output"; of a positional its name alone: "CONTENT"
    std::string description;
    std::string standard;  ///< the value without it; may be empty
    bool takes_value = true;
  };
  std::string name;  ///< "transfer"
  std::string description;
  std::string footer;  ///< defaults, examples
  std::vector<Option> options, positionals;
  std::vector<CommandTree> commands;  ///< in the order of the help
};

CommandTree tree_of(const CLI::App& app);

}  // namespace vggstyle

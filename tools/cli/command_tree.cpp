#include "tools/cli/command_tree.h"

#include <CLI/CLI.hpp>

namespace vggstyle {

CommandTree tree_of(const CLI::App& app) {
  CommandTree tree;
  tree.name = app.get_name();
  tree.description = app.get_description();
  tree.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    CommandTree::Option entry;
    entry.description = option->get_description();
    entry.standard = option->get_default_str();
    entry.takes_value = option->get_items_expected_max() > 0;
    if (option->get_positional()) {
      entry.names = {option->get_name(true, false)};
      tree.positionals.push_back(entry);
      continue;
    }
    for (const std::string& name : option->get_snames()) entry.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) entry.names.push_back("--" + name);
    tree.options.push_back(entry);
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    tree.commands.push_back(tree_of(*command));
  }
  return tree;
}

}  // namespace vggstyle

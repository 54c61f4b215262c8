// completion and manual: what the shell and man know of the tool.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "runtime/error.h"
#include "runtime/version.h"
#include "tools/cli/command_tree.h"
#include "tools/cli/commands.h"
#include "tools/cli/completions.h"
#include "tools/cli/manual.h"

namespace vggstyle {

void add_documentation_commands(CLI::App& app, Action& action) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* completion = app.add_subcommand(
      "completion", "Print a script that completes commands and options in a shell");
  completion->add_option("SHELL", *shell, "bash, zsh or fish")->required();
  completion->footer(
      "Examples:\n"
      "  vggstyle completion bash > ~/.local/share/bash-completion/completions/vggstyle\n"
      "  vggstyle completion zsh > ~/.zfunc/_vggstyle        where ~/.zfunc is in $fpath\n"
      "  vggstyle completion fish > ~/.config/fish/completions/vggstyle.fish\n");
  completion->callback([&app, shell, &action] {
    action = [&app, shell] {
      const CommandTree tree = tree_of(app);
      if (*shell != "bash" && *shell != "zsh" && *shell != "fish") {
        throw InputError(fmt::format("completion {}: use bash, zsh or fish", *shell));
      }
      fmt::print("{}", *shell == "bash"  ? bash_completion(tree)
                       : *shell == "zsh" ? zsh_completion(tree)
                                         : fish_completion(tree));
      return 0;
    };
  });
  CLI::App* manual =
      app.add_subcommand("manual", "Print the manual page: vggstyle manual | man -l -");
  manual->callback([&app, &action] {
    action = [&app] {
      fmt::print("{}", manual_page(tree_of(app), version()));
      return 0;
    };
  });
}

}  // namespace vggstyle

#include "tools/cli/completions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <string_view>

namespace vggstyle {
namespace {

/// Calls `visit(path, command)` for each command, outer ones first. `path` is " study content"; of the program itself, empty.
void for_each_command(const CommandTree& tree, const std::string& path,
                      const std::function<void(const std::string&, const CommandTree&)>& visit) {
  visit(path, tree);
  for (const CommandTree& command : tree.commands) {
    for_each_command(command, path + " " + command.name, visit);
  }
}

std::string option_names(const CommandTree& command) {
  std::vector<std::string> names;
  for (const CommandTree::Option& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return fmt::format("{}", fmt::join(names, " "));
}

std::string command_names(const CommandTree& command) {
  std::vector<std::string> names;
  for (const CommandTree& inner : command.commands) names.push_back(inner.name);
  return fmt::format("{}", fmt::join(names, " "));
}

/// The part of a description before the first semicolon, on one line, with `specials` behind backslashes.
std::string short_text(std::string_view text, std::string_view specials) {
  std::string result;
  for (const char c : text.substr(0, text.find("; "))) {
    if (specials.find(c) != std::string_view::npos) result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

/// Between single quotes of a shell.
std::string in_quotes(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// Lines that follow `words` of the shell, in $line, to the command that they name.
std::string follow_words(const CommandTree& tree, std::string_view words) {
  std::vector<std::string> paths;
  for_each_command(tree, "", [&](const std::string& path, const CommandTree&) {
    if (!path.empty()) paths.push_back(fmt::format("\"{}\"", path));
  });
  return fmt::format(
      "  for word in {}; do\n"
      "    case \"$line $word\" in\n"
      "      {}) line=\"$line $word\" ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$line\" in\n",
      words, fmt::join(paths, " | "));
}

}  // namespace

std::string bash_completion(const CommandTree& tree) {
  std::string script = fmt::format(
      "# bash completion of {0}, made by '{0} completion bash'.\n"
      "_{0}() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} line= word options= commands=\n"
      "{1}",
      tree.name, follow_words(tree, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\""));
  for_each_command(tree, "", [&](const std::string& path, const CommandTree& command) {
    script += fmt::format("    \"{}\") options={} commands={} ;;\n", path,
                          in_quotes(option_names(command)), in_quotes(command_names(command)));
  });
  return script + fmt::format(
                      "  esac\n"
                      "  [[ $current == -* ]] && commands=$options\n"
                      "  COMPREPLY=($(compgen -W \"$commands\" -- \"$current\"))\n"
                      "}}\n"
                      "complete -o default -o bashdefault -F _{0} {0}\n",
                      tree.name);
}

std::string zsh_completion(const CommandTree& tree) {
  std::string script = fmt::format(
      "#compdef {0}\n"
      "# zsh completion of {0}, made by '{0} completion zsh'.\n"
      "_{0}() {{\n"
      "  local line= word\n"
      "{1}",
      tree.name, follow_words(tree, "\"${(@)words[2,CURRENT-1]}\""));
  for_each_command(tree, "", [&](const std::string& path, const CommandTree& command) {
    script += fmt::format("    \"{}\")\n", path);
    if (!command.commands.empty()) {
      script += "      local -a names=(\n";
      for (const CommandTree& inner : command.commands) {
        script += fmt::format("        {}\n",
                              in_quotes(inner.name + ":" + short_text(inner.description, ":")));
      }
      script +=
          "      )\n      [[ $words[CURRENT] == -* ]] || { _describe command names; return; }\n";
    }
    script += "      _arguments";
    for (const CommandTree::Option& option : command.options) {
      for (const std::string& name : option.names) {
        const bool is_long = name.starts_with("--");
        script += fmt::format(
            " \\\n        {}",
            in_quotes(fmt::format("{}{}[{}]{}", name, option.takes_value && is_long ? "=" : "",
                                  short_text(option.description, "[]:\\"),
                                  option.takes_value ? ":value:_files" : "")));
      }
    }
    script += " \\\n        '*:file:_files' ;;\n";
  });
  return script + fmt::format("  esac\n}}\n_{0} \"$@\"\n", tree.name);
}

std::string fish_completion(const CommandTree& tree) {
  std::string script =
      fmt::format("# fish completion of {0}, made by '{0} completion fish'.\n", tree.name);
  const std::function<void(const CommandTree&, const std::string&)> add =
      [&](const CommandTree& command, const std::string& seen) {
        // Its own commands, as long as none of them was named; then its options.
        const std::string names = command_names(command);
        const std::string open = names.empty()
                                     ? seen
                                     : fmt::format("{}{}not __fish_seen_subcommand_from {}", seen,
                                                   seen.empty() ? "" : "; and ", names);
        for (const CommandTree& inner : command.commands) {
          script += fmt::format("complete -c {} -f -n {} -a {} -d {}\n", tree.name, in_quotes(open),
                                inner.name, in_quotes(short_text(inner.description, "")));
        }
        for (const CommandTree::Option& option : command.options) {
          script += fmt::format("complete -c {}{}", tree.name,
                                open.empty() ? "" : " -n " + in_quotes(open));
          for (const std::string& name : option.names) {
            script += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
          }
          script += fmt::format("{} -d {}\n", option.takes_value ? " -r" : "",
                                in_quotes(short_text(option.description, "")));
        }
        for (const CommandTree& inner : command.commands) {
          add(inner, fmt::format("{}{}__fish_seen_subcommand_from {}", seen,
                                 seen.empty() ? "" : "; and ", inner.name));
        }
      };
  add(tree, "");
  return script;
}

}  // namespace vggstyle

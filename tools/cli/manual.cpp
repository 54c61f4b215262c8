#include "tools/cli/manual.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace vggstyle {
namespace {

/// Text of roff: backslashes and hyphens as such, no line a request.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n')) result += "\\&";
      result += c;
    }
  }
  return result;
}

std::string in_capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

void add_option(const CommandTree::Option& option, bool is_positional, std::string& page) {
  page += fmt::format(".TP\n\\fB{}\\fR", escaped(fmt::format("{}", fmt::join(option.names, ", "))));
  if (!is_positional && option.takes_value) page += " \\fIVALUE\\fR";
  page += "\n" + escaped(option.description);
  if (!option.standard.empty()) page += fmt::format(" (default: {})", escaped(option.standard));
  page += "\n";
}

void add_command(const CommandTree& command, const std::string& path, std::string& page) {
  if (command.commands.empty()) {
    page += fmt::format(".SS {}\n{}.\n", escaped(path), escaped(command.description));
    for (const CommandTree::Option& option : command.positionals) add_option(option, true, page);
    for (const CommandTree::Option& option : command.options) {
      if (option.names.back() != "--help") add_option(option, false, page);
    }
    if (!command.footer.empty()) {
      page += fmt::format(".PP\n.nf\n{}\n.fi\n", escaped(command.footer));
    }
  }
  for (const CommandTree& inner : command.commands) {
    add_command(inner, path + " " + inner.name, page);
  }
}

}  // namespace

std::string manual_page(const CommandTree& tree, std::string_view version) {
  std::string page = fmt::format(
      ".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n.SH NAME\n{} \\- style transfer by optimisation, "
      "and studies of "
      "what style is\n.SH SYNOPSIS\n.B {}\n.I COMMAND\n.RI [ OPTIONS ]\n.SH DESCRIPTION\n{}\n",
      in_capitals(tree.name), tree.name, escaped(version), tree.name, tree.name,
      escaped(tree.description));
  page += ".SH COMMANDS\n";
  for (const CommandTree& command : tree.commands) add_command(command, command.name, page);
  page += fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n", escaped(tree.footer));
  return page;
}

}  // namespace vggstyle

#include "tools/cli/invocation.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "tools/serve/address.h"

namespace vggstyle {
namespace {

std::string shell_word(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(word);
  }
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

std::string command_line(const std::vector<std::string>& arguments, const std::string& program) {
  std::string line = shell_word(program);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (word == "--quiet" || word == "--show" || word.starts_with("--serve=")) continue;
    if (word == "--serve") {
      if (i + 1 < arguments.size() && looks_like_address(arguments[i + 1])) ++i;
      continue;
    }
    if (word == "--threads" || word == "--at-once") {  // and its value
      ++i;
      continue;
    }
    if (word.rfind("--threads=", 0) == 0 || word.rfind("--at-once=", 0) == 0) continue;
    line += ' ' + shell_word(word);
  }
  return line;
}

std::vector<std::string> with_option(std::vector<std::string> arguments,
                                     const std::vector<std::string>& names,
                                     const std::string& value) {
  const auto end = std::ranges::find(arguments, "--");  // behind it there are no options
  for (auto word = arguments.begin(); word != end; ++word) {
    for (const std::string& name : names) {
      if (*word == name && word + 1 != end) {
        *(word + 1) = value;
        return arguments;
      }
      if (word->starts_with(name + "=")) {
        *word = name + "=" + value;
        return arguments;
      }
    }
  }
  arguments.insert(arguments.begin() + 1, {names.front(), value});
  return arguments;
}

std::vector<std::string> for_parser(const std::vector<std::string>& arguments) {
  std::vector<std::string> result(arguments.rbegin(), arguments.rend());
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i] == "--serve" && (i == 0 || !looks_like_address(result[i - 1]))) {
      result[i] = "--serve=auto";
    }
  }
  for (std::string& argument : result) {
    if (argument.size() > 1 && argument.front() == '[' && argument.back() == ']') {
      argument.insert(0, "./");
    }
    const bool one_dash = argument.size() > 2 && argument[0] == '-' &&
                          std::isalpha(static_cast<unsigned char>(argument[1])) != 0;
    if (one_dash && arguments.front() == "neural-style") argument.insert(0, "-");
  }
  return result;
}

}  // namespace vggstyle

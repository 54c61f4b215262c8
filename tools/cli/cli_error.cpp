#include "tools/cli/cli_error.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>

namespace vggstyle {
namespace {

/// Levenshtein's distance: insertions, deletions and replacements from one word to the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

const CLI::App& chosen_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : chosen_command(*chosen.front());
}

bool has_commands(const CLI::App& app) {
  return !app.get_subcommands([](const CLI::App*) { return true; }).empty();
}

/// Every word that `command` would have understood in that place.
std::vector<std::string> known_words(const CLI::App& command, bool option) {
  std::vector<std::string> words;
  if (option) {
    for (const CLI::Option* known : command.get_options()) {
      for (const std::string& name : known->get_lnames()) words.push_back("--" + name);
    }
  } else {
    for (const CLI::App* known : command.get_subcommands([](const CLI::App*) { return true; })) {
      words.push_back(known->get_name());
    }
  }
  return words;
}

/// "vggstyle weights synth".
std::string full_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return (parent == nullptr ? "" : full_name(*parent) + " ") + command.get_name();
}

/// The only known word that `word` is the beginning of, else the nearest by spelling; "" if none is near.
std::string nearest(const CLI::App& command, const std::string& word) {
  std::vector<std::string> longer;
  for (const std::string& known : known_words(command, word.rfind("--", 0) == 0)) {
    if (word.size() > 3 && known.rfind(word, 0) == 0) longer.push_back(known);
  }
  if (longer.size() == 1) return longer.front();
  std::string best;
  std::size_t least = 4;
  for (const std::string& known : known_words(command, word.rfind("--", 0) == 0)) {
    const std::size_t d = distance(word, known);
    if (d < std::min(least, known.size())) {
      least = d;
      best = known;
    }
  }
  return best;
}

std::string first_unknown(const CLI::App& app) {
  std::vector<std::string> extras = app.remaining(true);
  std::erase(extras, "--");
  const auto option = std::find_if(extras.begin(), extras.end(),
                                   [](const std::string& word) { return word.rfind('-', 0) == 0; });
  if (option != extras.end()) return *option;
  return extras.empty() ? "" : extras.front();
}

}  // namespace

std::string one_sentence(const CLI::App& app, const CLI::ParseError& error,
                         const std::vector<std::string>& arguments) {
  const CLI::App& command = chosen_command(app);
  const std::string help = full_name(command) + " --help";
  if (const std::string word = first_unknown(app); !word.empty()) {
    const std::string name = word.substr(0, word.find('='));
    const std::string guess = nearest(command, name);
    return fmt::format("unknown {} '{}'{}; see {}",
                       word.rfind('-', 0) == 0     ? "option"
                       : arguments.front() == word ? "command"
                                                   : "argument",
                       name, guess.empty() ? "" : fmt::format(": did you mean {}?", guess), help);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && has_commands(command)) {
    return fmt::format("a command is required; see {}", help);
  }
  std::string message = error.what();
  std::replace(message.begin(), message.end(), '\n', ' ');
  return fmt::format("{}; see {}", message, help);
}

}  // namespace vggstyle

#include "tools/cli/config/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>

#include "runtime/error.h"
#include "tools/cli/config/presets.h"

namespace vggstyle {
namespace {

constexpr const char* kPreset = "--preset";
constexpr const char* kConfig = "--config";
constexpr const char* kPrint = "--print-config";

/// Whether `argument` is `option`, or `option` with a value behind =.
bool is_option(const std::string& argument, const std::string& option) {
  return argument == option || argument.starts_with(option + "=");
}

bool is_given(const std::vector<std::string>& arguments, const std::string& option) {
  return std::ranges::any_of(arguments,
                             [&](const std::string& word) { return is_option(word, option); });
}

/// What an option was given, if it was.
std::optional<std::string> value_of(const std::vector<std::string>& arguments,
                                    const std::string& option) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!is_option(arguments[i], option)) continue;
    if (arguments[i] != option) return arguments[i].substr(option.size() + 1);
    if (i + 1 < arguments.size()) return arguments[i + 1];
  }
  return std::nullopt;
}

/// An option, and its value for each time that it is given.
struct Item {
  std::string option;
  std::vector<std::string> values;
};

std::string text_of(const toml::node& node, const std::string& name) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto number = node.value_exact<double>()) return fmt::format("{}", *number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  throw InputError(
      fmt::format("'{}' has more than the options of one command: write each as text, a "
                  "number, true, or a list of texts, as in size = 512",
                  name));
}

std::vector<Item> parse(const std::string& toml, const std::string& name) {
  std::vector<Item> items;
  try {
    for (const auto& [key, node] : toml::parse(toml)) {
      Item& item = items.emplace_back("--" + std::string(key.str()), std::vector<std::string>{});
      if (const toml::array* list = node.as_array()) {
        for (const toml::node& element : *list) item.values.push_back(text_of(element, name));
      } else {
        item.values.push_back(text_of(node, name));
      }
    }
  } catch (const toml::parse_error& error) {
    throw InputError(
        fmt::format("'{}', line {}: {}; write options as in size = 512 or gram = \"raw\"", name,
                    error.source().begin.line, error.description()));
  }
  return items;
}

std::vector<Item> preset_items(const std::string& name) {
  for (const Preset& preset : presets()) {
    if (name == preset.name) return parse(preset.toml, name);
  }
  throw InputError(fmt::format("unknown preset '{}': use one of {}", name, preset_names()));
}

std::vector<Item> file_items(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.is_open() || file.bad() || text.fail()) {
    throw InputError(
        fmt::format("cannot read the options of '{}': is it a file that exists?", path));
  }
  return parse(text.str(), path);
}

/// Adds what is not given yet.
void add(const CLI::App& command, const std::vector<Item>& items, bool all,
         std::vector<std::string>& arguments) {
  const std::vector<std::string> before = arguments;
  for (const auto& [option, values] : items) {
    const bool known = command.get_option_no_throw(option) != nullptr;
    if (is_given(before, option) || (!known && !all)) continue;
    for (const std::string& value : values) arguments.push_back(option + "=" + value);
  }
}

/// A value of an option as TOML has it: a number as it was typed, or else text in quotes.
std::string toml_text(const CLI::Option& option, const std::string& value) {
  if (option.get_items_expected_max() == 0) return value;  // true
  try {
    if (toml::parse("x = " + value)["x"].is_number()) return value;
  } catch (const toml::parse_error&) {  // text
  }
  std::ostringstream quoted;
  quoted << toml::value<std::string>(value);
  return quoted.str();
}

}  // namespace

void add_config_options(CLI::App& command) {
  const char* group = "Settings that travel";
  // with_config() has looked at them before anything is parsed.
  const auto seen = [](const std::string&) {};
  command
      .add_option_function<std::string>(
          kPreset, seen,
          "options that go together: " + preset_names() + "; options that are typed win over them")
      ->group(group)
      ->configurable(false);
  command
      .add_option_function<std::string>(
          kConfig, seen,
          "take options from this file, one on each line, as in size = 512 (TOML); they win over "
          "--preset, and options that are typed over both")
      ->group(group)
      ->configurable(false);
  command
      .add_flag_function(
          kPrint, [](std::int64_t) {}, "print the options that were given, for --config, and stop")
      ->group(group)
      ->configurable(false);
}

std::vector<std::string> with_config(CLI::App& app, std::vector<std::string> arguments) {
  if (arguments.empty()) return arguments;
  const auto found = app.get_subcommands([&](const CLI::App* command) {
    return command->get_name() == arguments.front() &&
           command->get_option_no_throw(kConfig) != nullptr;
  });
  if (found.empty()) return arguments;
  CLI::App* command = found.front();
  if (const auto file = value_of(arguments, kConfig)) {
    add(*command, file_items(*file), true, arguments);
  }
  if (const auto preset = value_of(arguments, kPreset)) {
    add(*command, preset_items(*preset), false, arguments);
  }
  if (is_given(arguments, kPrint)) {
    for (CLI::Option* option : command->get_options()) option->required(false);
  }
  return arguments;
}

bool prints_config(const CLI::App& command) {
  return command.count(kPrint) > 0;
}

std::string config_text(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0 || !option->get_configurable()) continue;
    std::string values;
    for (const std::string& value : option->results()) {
      values += (values.empty() ? "" : ", ") + toml_text(*option, value);
    }
    if (option->count() > 1) values = "[" + values + "]";
    text += option->get_lnames().front() + " = " + values + "\n";
  }
  return text;
}

}  // namespace vggstyle

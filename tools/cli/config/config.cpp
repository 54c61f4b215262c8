#include "tools/cli/config/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
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

/// Behind -- there are no options.
auto end_of_options(const std::vector<std::string>& arguments) {
  return std::ranges::find(arguments, "--");
}

bool is_given(const std::vector<std::string>& arguments, const std::string& option) {
  return std::any_of(arguments.begin(), end_of_options(arguments),
                     [&](const std::string& word) { return is_option(word, option); });
}

/// What an option was given, if it was.
std::optional<std::string> value_of(const std::vector<std::string>& arguments,
                                    const std::string& option) {
  const auto end = end_of_options(arguments);
  const auto at = std::find_if(arguments.begin(), end,
                               [&](const std::string& word) { return is_option(word, option); });
  if (at == end) return std::nullopt;
  if (*at != option) return at->substr(option.size() + 1);
  return at + 1 == end ? std::nullopt : std::optional(*(at + 1));
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
      for (const char* other : {kConfig, kPrint}) {
        if (other != "--" + std::string(key.str())) continue;
        throw InputError(fmt::format("'{}' has {}, which belongs on the command line", name,
                                     std::string(key.str())));
      }
      items.push_back({"--" + std::string(key.str()), {}});
      Item& item = items.back();
      if (const toml::array* list = node.as_array()) {
        for (const toml::node& element : *list) item.values.push_back(text_of(element, name));
        if (list->empty()) {
          throw InputError(fmt::format("'{}' has an empty list, {}: leave it out", name,
                                       std::string(key.str())));
        }
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
  if (!file.is_open() || std::filesystem::is_directory(path)) {
    throw InputError(
        fmt::format("cannot read the options of '{}': is it a file that exists?", path));
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse(text, path);
}

/// Adds what is not given yet.
void add(const CLI::App& command, const std::vector<Item>& items, bool all,
         std::vector<std::string>& arguments) {
  std::vector<std::string> added;
  for (const auto& [name, values] : items) {
    const CLI::Option* option = command.get_option_no_throw(name);
    if (is_given(arguments, name) || (option == nullptr && !all)) continue;
    if (option != nullptr && std::ranges::any_of(option->get_excludes(), [&](const auto* other) {
          return is_given(arguments, other->get_name());
        })) {
      continue;  // another name for it was typed
    }
    for (const std::string& value : values) {
      added.push_back(value.empty() ? name : name + "=" + value);
      if (value.empty()) added.push_back(value);
    }
  }
  arguments.insert(arguments.begin() + 1, added.begin(), added.end());
}

/// A value of an option as TOML has it: a number as it was typed, or else text in quotes.
std::string toml_text(const CLI::Option& option, const std::string& value) {
  if (option.get_items_expected_max() == 0) return value;  // true
  const std::string type = option.get_type_name();
  if (type == "INT" || type == "UINT" || type == "FLOAT") {
    try {
      if (toml::parse("x = " + value)["x"].is_number()) return value;
    } catch (const toml::parse_error&) {  // .5 and the like: as text
    }
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

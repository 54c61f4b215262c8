#include "tools/cli/config/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "runtime/error.h"
#include "tools/cli/config/option_items.h"
#include "tools/cli/config/presets.h"
#include "tools/cli/config/toml_values.h"

namespace vggstyle {
namespace {

constexpr const char* kPreset = "--preset";
constexpr const char* kConfig = "--config";
constexpr const char* kPrint = "--print-config";

std::vector<OptionItem> parse(const std::string& toml, const std::string& name) {
  std::vector<OptionItem> items;
  try {
    for (const auto& [key, node] : toml::parse(toml)) {
      for (const char* other : {kConfig, kPrint}) {
        if (other != "--" + std::string(key.str())) continue;
        throw InputError(fmt::format("'{}' has {}, which belongs on the command line", name,
                                     std::string(key.str())));
      }
      const toml::array* list = node.as_array();
      if (list != nullptr && list->empty()) {
        throw InputError(
            fmt::format("'{}' has an empty list, {}: leave it out", name, std::string(key.str())));
      }
      items.push_back({"--" + std::string(key.str()), typed_values(node)});
      if (items.back().values.empty()) {
        throw InputError(
            fmt::format("'{}' has more than the options of one command: write each as text, a "
                        "number, true, or a list of texts, as in size = 512",
                        name));
      }
    }
  } catch (const toml::parse_error& error) {
    throw InputError(
        fmt::format("'{}', line {}: {}; write options as in size = 512 or gram = \"raw\"", name,
                    error.source().begin.line, error.description()));
  }
  return items;
}

std::vector<OptionItem> preset_items(const std::string& name) {
  for (const Preset& preset : presets()) {
    if (name == preset.name) return parse(preset.toml, name);
  }
  throw InputError(fmt::format("unknown preset '{}': use one of {}", name, preset_names()));
}

std::vector<OptionItem> file_items(const std::string& path) {
  std::ifstream file(path);
  if (!file.is_open() || std::filesystem::is_directory(path)) {
    throw InputError(
        fmt::format("cannot read the options of '{}': is it a file that exists?", path));
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse(text, path);
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
          "--preset, and options that are typed over both; what has no use beside those is left "
          "out")
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
    add_items(*command, file_items(*file), true, arguments);
  }
  if (const auto preset = value_of(arguments, kPreset)) {
    add_items(*command, preset_items(*preset), false, arguments);
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

#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>

namespace vggstyle {

/// An option whose text `parse` turns into `value`. Shown in --help like one that is a string, with
/// `standard`, if not empty, as its default.
template <typename T, typename Parse>
CLI::Option* add_parsed_option(CLI::App& app, const std::string& name, T& value, Parse parse,
                               const std::string& description, const std::string& standard = "") {
  CLI::Option* option = app.add_option_function<std::string>(
      name, [&value, parse](const std::string& text) { value = parse(text); }, description);
  if (!standard.empty()) option->default_str(standard);
  return option;
}

}  // namespace vggstyle

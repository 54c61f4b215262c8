#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace vggstyle {

/// --preset, --config and --print-config, in the options of `command`.
void add_config_options(CLI::App& command);

/// Options that are kept in files: `arguments` (the command's name first) followed by what --config FILE
/// and --preset NAME add to them, each as it would be typed. An option that is typed wins over the file,
/// and that over the preset; what it leaves no use is left out (idle_options.h), and of a preset what the
/// command does not have. With
/// --print-config nothing has to be typed but that. InputError if there is no such preset, or the file
/// cannot be read or has sections.
std::vector<std::string> with_config(CLI::App& app, std::vector<std::string> arguments);

/// Whether the command was asked to print its options.
bool prints_config(const CLI::App& command);
/// The options that were given to `command`, typed or by files, as TOML that --config reads: all that
/// decide the picture, but for the pictures.
std::string config_text(const CLI::App& command);

}  // namespace vggstyle

#pragma once

#include <string>
#include <string_view>

#include "tools/session/settings/settings.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace vggstyle {

/// The options that several commands share, each group declared here once. They write settings;
/// what cannot be read is an InputError from CLI::App::parse().

void add_network_options(CLI::App& app, NetworkSettings& network, DeviceSettings& device);

/// Of commands that make one picture at a time.
void add_memory_option(CLI::App& app, DeviceSettings& device);

/// Which of the losses a command has; the others' options are not offered there.
struct LossChoice {
  bool style = true;
  bool content = true;
};
void add_loss_options(CLI::App& app, LossSettings& loss, LossChoice choice);

void add_picture_options(CLI::App& app, PictureSettings& pictures, bool with_style);
/// --background of a command that knows no transparency.
void add_background_option(CLI::App& app, PictureSettings& pictures);

/// All of them, as transfer, texture and reconstruct have them, and compare may vary them.
void add_run_options(CLI::App& app, Settings& settings, LossChoice losses);

/// -o, with `description` and the file that is written without it.
void add_output_path(CLI::App& app, std::string& path, const std::string& standard,
                     const std::string& description);

/// LAYER[:WEIGHT],... or 'all', under any name; `setting` is named in errors.
CLI::Option* add_layers_option(CLI::App& app, const std::string& name, std::string_view setting,
                               std::optional<LayerNames>& layers, const std::string& description);
/// max, avg or l2.
CLI::Option* add_pooling_option(CLI::App& app, Pooling& pooling);

}  // namespace vggstyle

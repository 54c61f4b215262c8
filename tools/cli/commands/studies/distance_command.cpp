// distance: the command line of tools/study/distance/distance.h.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>

#include "tools/cli/commands.h"
#include "tools/cli/options.h"
#include "tools/session/settings/defaults.h"
#include "tools/study/distance/distance.h"

namespace vggstyle {

void add_distance_command(CLI::App& app, const std::string& command_line, Action& action) {
  const auto request = std::make_shared<DistanceRequest>();
  request->command_line = command_line;
  CLI::App* command = app.add_subcommand(
      "distance",
      "Measure how far apart the styles of pictures are, layer by layer, and draw a map of them");
  command->add_option("IMAGE", request->images, "two or more pictures, or folders of them")
      ->required();
  add_layers_option(
      *command, "--style-layers", "style-layers", request->style_layers,
      fmt::format(
          "layers to compare: LAYER[:WEIGHT],... or 'all'; the weights apply to the means "
          "over layers; default: {}",
          loss_defaults(Normalization::kRelative, Task::kTexture, "")[LossKind::kStyle].layers))
      ->group("Measurement");
  add_pooling_option(*command, request->pooling)->group("Measurement");
  command
      ->add_option(
          "-o,--output", request->folder,
          "folder to write: study.json, study.csv, sheet.png, index.html; default: print a table")
      ->group("Output");
  command->add_flag("--json", request->json, "print the contents of study.json")->group("Output");
  command->add_flag("--quiet", request->quiet, "print nothing but the result and errors")
      ->group("Output");
  add_picture_options(*command, request->pictures, false);
  add_background_option(*command, request->pictures);
  command->get_option("--size")->description(fmt::format(
      "longest side in pixels; default: {}, but never larger than the picture", kDistanceSize));
  add_network_options(*command, request->network, request->device);
  command->footer(
      "Examples:\n"
      "  vggstyle distance starry_night.jpg wheatfield.jpg\n"
      "  vggstyle distance paintings/ -o map\n");
  command->callback([request, &action] { action = [request] { return distance(*request); }; });
}

}  // namespace vggstyle

// evaluate: the command line of tools/evaluate/evaluate.h.

#include <CLI/CLI.hpp>
#include <memory>

#include "runtime/error.h"
#include "tools/cli/commands.h"
#include "tools/cli/commands/evaluate_arguments.h"
#include "tools/cli/options.h"
#include "tools/evaluate/evaluate.h"

namespace vggstyle {

namespace {

void add_options(CLI::App& command, EvaluateRequest& request) {
  command.add_option("IMAGE", request.image, "PNG or JPEG, taken as it is without --size")
      ->required();
  command.add_option("--content", request.content, "adds the content loss against this picture");
  command.add_option("--style", request.styles, "adds the style loss against these pictures");
  add_layers_option(command, "--layers", "layers", request.layers,
                    "LAYER,... or 'all': whose activations and matrices are stored; default: "
                    "every convolution up to the deepest that a loss needs");
  add_output_path(command, request.output, "", "the HDF5 file to write");
  command.add_flag("--quiet", request.quiet, "print errors only")->group("Output");
  add_loss_options(command, request.settings.loss, {});
  add_picture_options(command, request.settings.pictures, true);
  add_network_options(command, request.settings.network, request.settings.device);
}

}  // namespace

EvaluateRequest parse_evaluate_arguments(const std::vector<std::string>& arguments) {
  EvaluateRequest request;
  CLI::App command;
  add_options(command, request);
  try {
    command.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    throw InputError(std::string("these are no arguments of evaluate: ") + error.what());
  }
  return request;
}

void add_evaluate_command(CLI::App& app, const std::string& command_line,
                          const std::vector<std::string>& arguments, Action& action) {
  const auto request = std::make_shared<EvaluateRequest>();
  request->command_line = command_line;
  CLI::App* command = app.add_subcommand(
      "evaluate", "Write activations, Gram matrices, losses and the gradient of a picture (HDF5)");
  add_options(*command, *request);
  command->footer(
      "Examples:\n"
      "  vggstyle evaluate picture.png -o all_layers.h5\n"
      "  vggstyle evaluate picture.png --content bridge.jpg --style starry_night.jpg -o out.h5\n");
  command->callback([request, arguments, &action] {
    request->arguments.assign(arguments.begin() + 1, arguments.end());  // without "evaluate"
    action = [request] { return evaluate(*request); };
  });
}

}  // namespace vggstyle

// evaluate: the command line of tools/evaluate/evaluate.h.

#include <CLI/CLI.hpp>
#include <memory>

#include "runtime/error.h"
#include "tools/cli/commands.h"
#include "tools/cli/commands/evaluate_arguments.h"
#include "tools/cli/invocation.h"
#include "tools/cli/numeric_options.h"
#include "tools/cli/options.h"
#include "tools/evaluate/evaluate.h"

namespace vggstyle {

namespace {

void add_options(CLI::App& command, EvaluateRequest& request) {
  command
      .add_option("IMAGE", request.image, "picture; kept at its own size unless --size is given")
      ->required();
  command.add_option("--content", request.content,
                     "add the content loss with this picture as the content");
  command.add_option("--style", request.styles,
                     "add the style loss with these pictures as the styles");
  add_layers_option(command, "--layers", "layers", request.layers,
                    "layers whose activations and Gram matrices are stored: LAYER,... or 'all'; "
                    "default: every convolution up to the deepest one that a loss uses");
  add_output_path(command, request.output, "", "HDF5 file to write");
  command.add_flag("--quiet", request.quiet, "print nothing but errors")->group("Output");
  add_loss_options(command, request.settings.loss, {});
  add_picture_options(command, request.settings.pictures, true);
  add_background_option(command, request.settings.pictures);
  add_network_options(command, request.settings.network, request.settings.device);
}

}  // namespace

EvaluateRequest parse_evaluate_arguments(const std::vector<std::string>& arguments) {
  EvaluateRequest request;
  CLI::App command;
  add_options(command, request);
  read_numbers_as_written(command);
  try {
    command.parse(for_parser(arguments));
  } catch (const CLI::ParseError& error) {
    throw InputError(std::string("invalid arguments for evaluate: ") + error.what());
  }
  return request;
}

void add_evaluate_command(CLI::App& app, const std::string& command_line,
                          const std::vector<std::string>& arguments, Action& action) {
  const auto request = std::make_shared<EvaluateRequest>();
  request->command_line = command_line;
  CLI::App* command = app.add_subcommand(
      "evaluate",
      "Write the activations, Gram matrices, losses and gradient of a picture to an HDF5 file");
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

// evaluate: the command line of tools/evaluate.h.

#include <memory>

#include "tools/commands.h"
#include "tools/evaluate.h"

namespace vggstyle {

void add_evaluate_command(CLI::App& app, const std::string& command_line, Action& action) {
  const auto request = std::make_shared<EvaluateRequest>();
  request->command_line = command_line;
  CLI::App* command = app.add_subcommand(
      "evaluate", "Write activations, Gram matrices, losses and the gradient of a picture (HDF5)");
  command->add_option("IMAGE", request->image, "PNG or JPEG, taken as it is without --size")
      ->required();
  command->add_option("--content", request->content, "adds the content loss against this picture");
  command->add_option("--style", request->styles, "adds the style loss against these pictures");
  command->add_option("--layers", request->layers,
                      "LAYER,... or 'all': whose activations and matrices are stored; default: "
                      "every convolution up to the deepest that a loss needs");
  add_output_path(*command, request->output, "", "the HDF5 file to write");
  command->add_flag("--quiet", request->quiet, "print errors only")->group("Output");
  add_loss_options(*command, request->loss, {});
  add_picture_options(*command, request->pictures, true);
  add_network_options(*command, request->network);
  command->footer(
      "Examples:\n"
      "  vggstyle evaluate picture.png -o all_layers.h5\n"
      "  vggstyle evaluate picture.png --content bridge.jpg --style starry_night.jpg -o out.h5\n");
  command->callback([request, &action] { action = [request] { return evaluate(*request); }; });
}

}  // namespace vggstyle

// validate: the command line of tools/evaluate/validate.h.

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/cli/commands.h"
#include "tools/cli/commands/evaluate_arguments.h"
#include "tools/cli/options.h"
#include "tools/evaluate/validate.h"

namespace vggstyle {

void add_validate_command(CLI::App& app, Action& action) {
  const auto request = std::make_shared<ValidateRequest>();
  request->parse_arguments = parse_evaluate_arguments;
  CLI::App* command = app.add_subcommand(
      "validate", "Compute again what a file of 'evaluate' holds, and compare: to trust a GPU");
  command
      ->add_option("REFERENCE", request->reference,
                   "HDF5 file that 'evaluate' wrote; its pictures must lie where they lay then")
      ->required();
  add_network_options(*command, request->network, request->device);
  command->footer(
      "Exits with 3 if anything is farther apart than the precision allows.\n\n"
      "Examples:\n"
      "  vggstyle evaluate a.png --style b.png --device cpu -o reference.h5\n"
      "  vggstyle validate reference.h5 --device cuda --precision fp16\n");
  command->callback([request, &action] { action = [request] { return validate(*request); }; });
}

}  // namespace vggstyle

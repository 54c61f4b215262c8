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
      "validate", "Recompute what 'evaluate' wrote, and compare: checks a GPU against the CPU");
  command
      ->add_option(
          "REFERENCE", request->reference,
          "HDF5 file written by 'evaluate'; the pictures it was made from must still be in place")
      ->required();
  add_network_options(*command, request->network, request->device);
  command->footer(
      "Exit status 3 means that a number differs by more than the precision allows.\n\nExamples:\n "
      " vggstyle evaluate a.png --style b.png --device cpu -o reference.h5\n  vggstyle validate "
      "reference.h5 --device cuda --precision fp16\n");
  command->callback([request, &action] { action = [request] { return validate(*request); }; });
}

}  // namespace vggstyle

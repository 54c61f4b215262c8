// bench: the command line of bench/bench.h.

#include <CLI/CLI.hpp>
#include <memory>

#include "bench/bench.h"
#include "tools/cli/commands.h"
#include "tools/cli/options.h"
#include "tools/cli/parsed_option.h"
#include "tools/session/settings/layer_names.h"

namespace vggstyle {

void add_bench_command(CLI::App& app, Action& action) {
  const auto request = std::make_shared<BenchRequest>();
  CLI::App* command = app.add_subcommand(
      "bench", "Time one evaluation of value and gradient, layer by layer, and one iteration");
  command->add_option("--size", request->size, "width and height of the picture in pixels")
      ->capture_default_str();
  command->add_option("--repeats", request->repeats, "number of repeats of each measurement")
      ->capture_default_str();
  add_parsed_option(
      *command, "--style-layers", request->style_layers,
      [](const std::string& text) { return parse_layer_names("style-layers", text); },
      "layers to include: LAYER,... or 'all'", "all");
  add_parsed_option(*command, "--gram", request->gram, parse_gram_mode,
                    "Gram matrices: raw, centered or both", "both");
  command->add_flag("--per-kernel", request->per_kernel,
                    "time every operation of every layer on its own: time, rates, fraction of the "
                    "hardware's limit");
  command->add_flag("--json", request->json, "print the result as JSON");
  add_network_options(*command, request->network, request->device);
  command->get_option("--weights")
      ->description("weights, as for transfer; default: random filters");
  command->footer(
      "Examples:\n  vggstyle bench --size 512 --model vgg19\n  vggstyle bench --per-kernel "
      "--device cuda --precision fp16\n");
  command->callback([request, &action] { action = [request] { return bench(*request); }; });
}

}  // namespace vggstyle

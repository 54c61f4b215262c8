// bench: the command line of tools/bench.h.

#include <CLI/CLI.hpp>
#include <memory>

#include "bench/bench.h"
#include "tools/cli/commands.h"

namespace vggstyle {

void add_bench_command(CLI::App& app, Action& action) {
  const auto request = std::make_shared<BenchRequest>();
  CLI::App* command =
      app.add_subcommand("bench", "Time one value and gradient, layer by layer, and one iteration");
  command->add_option("--size", request->size, "width and height")->capture_default_str();
  command->add_option("--repeats", request->repeats, "of each measurement")->capture_default_str();
  command->add_option("--style-layers", request->style_layers, "LAYER,... or 'all'")
      ->capture_default_str();
  command->add_option("--gram", request->gram, "raw, centered or both")->capture_default_str();
  command->add_flag("--per-kernel", request->per_kernel,
                    "every operation of every layer by itself: time, rates, share of the floor");
  command->add_flag("--json", request->json, "print JSON");
  add_network_options(*command, request->network);
  command->get_option("--weights")
      ->description("HDF5 file (any Keras layout); default: random filters");
  command->footer(
      "Examples:\n  vggstyle bench --size 512 --model vgg19\n  vggstyle bench --per-kernel "
      "--device cuda --precision fp16\n");
  command->callback([request, &action] { action = [request] { return bench(*request); }; });
}

}  // namespace vggstyle

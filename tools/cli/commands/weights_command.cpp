// weights info, synth, export: what is in a weights file, and how to make one.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>

#include "net/synthetic_weights.h"
#include "runtime/files/atomic_file.h"
#include "runtime/files/file_uses.h"
#include "tools/cli/commands.h"
#include "tools/cli/options.h"
#include "tools/cli/parsed_option.h"
#include "weights/find.h"
#include "weights/info.h"
#include "weights/load.h"
#include "weights/save.h"

namespace vggstyle {
namespace {

struct WeightsOptions {
  std::string file;
  std::string output;
  LoadOptions load;
  std::uint64_t seed = 0;
};

int info(const WeightsOptions& options) {
  const FoundWeights found = find_weights(options.file, options.load.model);
  fmt::print("{}", weights_info(found.path, options.load));
  return 0;
}

int synth(const WeightsOptions& options) {
  check_output_path(options.output);
  const Model model = options.load.model.value_or(Model::kVgg16);
  save_keras(options.output, synthetic_weights(model, options.seed));
  return 0;
}

int export_keras(const WeightsOptions& options) {
  check_output_path(options.output);
  const LoadOptions& load = options.load;
  const FoundWeights found = find_weights(options.file, load.model);
  FileUses files;
  files.reads(found.path, "the weights");
  files.writes(options.output, "the output");
  files.check();
  save_keras(options.output, load_weights(found.path, load));
  return 0;
}

void add(CLI::App& parent, const char* name, const char* description, Action& action,
         int (*command)(const WeightsOptions&), void (*declare)(CLI::App&, WeightsOptions&)) {
  const auto options = std::make_shared<WeightsOptions>();
  CLI::App* app = parent.add_subcommand(name, description);
  declare(*app, *options);
  app->callback(
      [options, command, &action] { action = [options, command] { return command(*options); }; });
}

void declare_source(CLI::App& app, WeightsOptions& options) {
  app.add_option("FILE", options.file,
                 "HDF5 or .safetensors weights; default: the weights that a run would use");
  add_parsed_option(app, "--model", options.load.model, parse_model,
                    "vgg16 or vgg19; default: whichever the file is for");
  add_parsed_option(app, "--preprocessing", options.load.preprocessing, parse_preprocessing,
                    "caffe or torch; overrides what the file says");
}

}  // namespace

void add_weights_command(CLI::App& app, Action& action) {
  CLI::App* weights = app.add_subcommand("weights", "Inspect, create or convert weights files");
  weights->require_subcommand(1);
  weights->footer(
      "Examples:\n"
      "  vggstyle weights info\n"
      "  vggstyle weights synth --seed 1 -o random.h5\n"
      "  vggstyle weights export weights/house.h5 -o for_keras.h5\n");
  add(*weights, "info", "Describe a weights file", action, info, declare_source);
  add(*weights, "synth", "Write random filters as a Keras weights file", action, synth,
      [](CLI::App& command, WeightsOptions& options) {
        add_parsed_option(command, "--model", options.load.model, parse_model,
                          "vgg16 or vgg19; default: vgg16");
        command.add_option("--seed", options.seed, "seed of the filters")->capture_default_str();
        add_output_path(command, options.output, "", "HDF5 file to write");
      });
  add(*weights, "export", "Convert weights to the Keras layout that other programs read", action,
      export_keras, [](CLI::App& command, WeightsOptions& options) {
        declare_source(command, options);
        add_output_path(command, options.output, "", "HDF5 file to write");
      });
}

}  // namespace vggstyle

// resume: goes on with a run from its checkpoint.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "kernels/cpu_kernels.h"
#include "runtime/error.h"
#include "runtime/standard_streams.h"
#include "tools/cli/commands.h"
#include "tools/cli/invocation.h"
#include "tools/cli/numeric_options.h"
#include "tools/transfer/checkpoint/resumed.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

struct ResumeOptions {
  std::string file;
  std::string output;
  std::optional<int> iterations, threads;
  bool quiet = false, show = false;
};

/// The run's own arguments, with what is changed now.
std::vector<std::string> changed(std::vector<std::string> arguments, const ResumeOptions& options) {
  const bool theirs = arguments.front() == "neural-style";
  if (!options.output.empty()) {
    arguments = with_option(arguments,
                            theirs ? std::vector<std::string>{"-output_image", "--output_image"}
                                   : std::vector<std::string>{"-o", "--output"},
                            options.output);
  }
  if (options.iterations) {
    arguments = with_option(arguments,
                            theirs ? std::vector<std::string>{"-num_iterations", "--num_iterations"}
                                   : std::vector<std::string>{"--iterations"},
                            std::to_string(*options.iterations));
  }
  return arguments;
}

/// Where the run's paths lead from.
void enter(const std::string& folder) {
  std::error_code error;
  fs::current_path(folder, error);
  if (!error) return;
  throw InputError(fmt::format(
      "cannot go on: the folder '{}', in which the run was started, cannot be entered: {}", folder,
      error.message()));
}

/// The settings that the run found for itself are kept, where this machine has them: what it would find now may be
/// something else.
void pin(const RunRecord& record, RunRequest& request) {
  request.settings.network.weights = record.weights;
  DeviceSettings& device = request.settings.device;
  device.memory = record.memory;
  const auto usable = usable_cpu_kernels();
  const bool same =
      std::ranges::find(usable, record.instructions, &CpuKernels::word) != usable.end();
  device.instructions = same ? record.instructions : "";
  device.kind = record.device == "cpu" ? DeviceSettings::Kind::kCpu : DeviceSettings::Kind::kCuda;
  if (const std::size_t colon = record.device.find(':'); colon != std::string::npos) {
    device.index = std::stoi(record.device.substr(colon + 1));
  }
}

int go_on(ResumeOptions options, Ranks* ranks) {
  if (ranks != nullptr && !ranks->leads()) options.quiet = true;
  Generations generations(fs::absolute(options.file).string());
  std::string told;
  Checkpoint checkpoint = generations.open_newest(told);
  const RunRecord record = record_of(checkpoint.record(), generations.path());
  check_stopped(record, generations.path());
  if (!options.output.empty() && !is_standard_stream(options.output) &&
      fs::current_path() != record.folder) {
    options.output = fs::absolute(options.output).string();
  }
  Invocation invocation{changed(record.invocation.typed, options),
                        changed(record.invocation.complete, options), "", ranks};
  invocation.line = command_line(invocation.typed);
  if (!options.quiet) {
    if (!told.empty()) tell(told);
    tell(fmt::format("going on after {} evaluations with: {}", record.evaluations,
                     printable(invocation.line)));
  }
  enter(record.folder);

  CLI::App app;
  Action action;
  const RunAction act = [&](RunRequest request) {
    pin(record, request);
    if (options.threads) request.settings.device.threads = *options.threads;
    request.output.quiet = options.quiet;
    request.output.show = options.show;
    return resume(request, {generations, std::move(checkpoint), record});
  };
  add_run_commands(app, invocation, act, action);
  add_neural_style_command(app, invocation, act, action);
  read_numbers_as_written(app);
  try {
    app.parse(for_parser(invocation.complete));
  } catch (const CLI::ParseError& error) {
    throw InternalError(
        fmt::format("'{}' has a command that cannot be read: {}", options.file, error.what()));
  }
  return action();
}

}  // namespace

void add_resume_command(CLI::App& app, const Invocation& invocation, Action& action) {
  const auto options = std::make_shared<ResumeOptions>();
  CLI::App* command = app.add_subcommand(
      "resume",
      "Go on with a run from its checkpoint; it ends as if it had never stopped, byte for byte");
  command->add_option("FILE", options->file, "checkpoint, as of --checkpoint")->required();
  command->add_option("-o,--output", options->output,
                      "picture to write; default: the one that the run was to write");
  command->add_option("--iterations", options->iterations,
                      "another number of evaluations in all, of lbfgs and adam without --scales: "
                      "goes on with a run that has ended, too, if its --checkpoint is there");
  command->add_option("--threads", options->threads,
                      "CPU threads; 0 uses every core; the result does not depend on it");
  command->add_flag("--quiet", options->quiet, "print nothing but errors");
  command->add_flag("--show", options->show,
                    "also show the result in a terminal that can, as transfer does");
  command->footer(
      "Everything else is as the run began: its settings are in the file. Pictures, masks and "
      "weights must be where and what they were, and the kind of device and the precision the "
      "same.\n\nExamples:\n  vggstyle resume stylised.checkpoint.h5\n  vggstyle resume "
      "run.h5 --iterations 1000 -o longer.png\n");
  command->callback([options, &invocation, &action] {
    action = [options, ranks = invocation.ranks] { return go_on(*options, ranks); };
  });
}

}  // namespace vggstyle

// studio: a page in the browser from which pictures are made.

#include "tools/studio/studio.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>

#include "tools/cli/commands.h"
#include "tools/session/engine.h"

namespace vggstyle {
namespace {

struct StudioOptions {
  StudioRequest request{"studio", "auto", {}};
  std::string weights, device;
  std::optional<int> threads;
};

/// A file's path from anywhere: runs are made in the studio's folder.
std::string weights_of(const std::string& given) {
  return is_synthetic(given) ? given : std::filesystem::absolute(given).string();
}

int open_studio(StudioOptions options) {
  std::vector<std::string>& more = options.request.more;
  if (!options.weights.empty()) more.push_back("--weights=" + weights_of(options.weights));
  if (!options.device.empty()) more.push_back("--device=" + options.device);
  if (options.threads) more.push_back("--threads=" + std::to_string(*options.threads));
  return run_studio(options.request);
}

}  // namespace

void add_studio_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<StudioOptions>();
  CLI::App* command = app.add_subcommand(
      "studio", "A page in the browser to choose pictures and settings on, and to watch the runs");
  command->add_option("FOLDER", options->request.folder,
                      "where results go, and the pictures to choose from in FOLDER/pictures; made "
                      "if it is not there; default: studio");
  command->add_option("--serve", options->request.address,
                      "HOST:PORT of the page; default: 127.0.0.1 and the first free port from 8080 "
                      "on, which only this machine reaches");
  command->add_option("--weights", options->weights, "of every run, as of transfer");
  command->add_option("--device", options->device, "of every run, as of transfer");
  command->add_option("--threads", options->threads, "of every run, as of transfer");
  command->footer(
      "The address that it prints has a random token, without which nothing is answered. Runs are "
      "made one after another, each by a command that the page shows. Ctrl-C ends the studio and "
      "the run that is under way, whose picture is saved.\n\nExamples:\n  vggstyle studio\n  "
      "vggstyle studio ~/paintings --device cuda\n");
  command->callback([options, &action] { action = [options] { return open_studio(*options); }; });
}

}  // namespace vggstyle

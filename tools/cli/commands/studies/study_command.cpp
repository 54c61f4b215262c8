// study: the command line of tools/study/studies.h.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "tools/cli/commands.h"
#include "tools/cli/commands/conclude.h"
#include "tools/cli/commands/studies/study_options.h"
#include "tools/cli/options.h"
#include "tools/cli/parsed_option.h"
#include "tools/session/settings/check.h"
#include "tools/session/settings/numbers.h"
#include "tools/study/studies.h"

namespace vggstyle {
namespace {

using Request = std::shared_ptr<StudyRequest>;

CLI::App* add_study(CLI::App& parent, const Request& request, const std::string& name,
                    const char* description, const char* images) {
  request->study = name;
  CLI::App* command = parent.add_subcommand(name, description);
  command->add_option(images, request->images, "pictures, or folders of them")->required();
  add_study_options(*command, *request);
  return command;
}

Request make_request(const std::string& command_line) {
  auto request = std::make_shared<StudyRequest>();
  request->command_line = command_line;
  return request;
}

void add_content_study(CLI::App& parent, const Request& request, Action& action) {
  CLI::App* command = add_study(
      parent, request, "content",
      "Show what each layer retains of a picture, by reconstructing it from that layer alone",
      "IMAGE");
  request->settings.loss[LossKind::kContent].layers = LayerNames{.all = true, .entries = {}};
  add_layers_option(*command, "--layers", "layers",
                    request->settings.loss[LossKind::kContent].layers,
                    "layers to include: LAYER,... or 'all'")
      ->default_str("all");
  command->footer("Example:\n  vggstyle study content bridge.jpg -o content\n");
  command->callback([request, &action] {
    action = [request] { return conclude(*request, [&] { content_study(*request); }); };
  });
}

void add_gram_study(CLI::App& parent, const Request& request, Action& action) {
  CLI::App* command =
      add_study(parent, request, "gram",
                "Compare textures made from raw, centred and both Gram matrices, and by the other "
                "style losses",
                "IMAGE");
  request->settings.loss[LossKind::kStyle].layers = LayerNames{.all = true, .entries = {}};
  add_loss_options(*command, request->settings.loss, {true, false});
  command->remove_option(command->get_option("--gram"));
  command->remove_option(command->get_option("--style-loss"));
  command->footer("Example:\n  vggstyle study gram circle.png rainbow.png -o gram\n");
  command->callback([request, &action] {
    action = [request] { return conclude(*request, [&] { gram_study(*request); }); };
  });
}

/// "gd,lbfgs", each once.
std::vector<Optimizer> parse_optimizers(const std::string& text) {
  std::vector<Optimizer> optimizers;
  for (const std::string& name : split(text, ',')) {
    const Optimizer optimizer = parse_optimizer(name);
    if (std::find(optimizers.begin(), optimizers.end(), optimizer) != optimizers.end()) {
      throw SettingError("optimizer", fmt::format(": {} is named twice", name));
    }
    optimizers.push_back(optimizer);
  }
  return optimizers;
}

void add_layers_study(CLI::App& parent, const Request& request, Action& action) {
  CLI::App* command = add_study(
      parent, request, "layers",
      "Show what each layer adds to a style, by making textures from single layers", "IMAGE");
  struct Choice {
    bool cumulative = false;
    std::vector<Optimizer> optimizers = {Optimizer::kLbfgs};
  };
  const auto choice = std::make_shared<Choice>();
  request->settings.loss[LossKind::kStyle].layers = LayerNames{.all = true, .entries = {}};
  add_loss_options(*command, request->settings.loss, {true, false});
  // What it measures are residuals of Gram matrices.
  command->remove_option(command->get_option("--style-loss"));
  command->add_flag(
      "--cumulative", choice->cumulative,
      "use the first layer, then the first two, and so on, instead of each layer alone");
  add_parsed_option(*command, "--optimizer", choice->optimizers, parse_optimizers,
                    "optimiser: lbfgs, adam or gd (gradient descent as in the tutorial), or "
                    "several to compare: gd,lbfgs",
                    "lbfgs");
  command->footer(
      "Example:\n  vggstyle study layers strokes.png --cumulative --optimizer gd,lbfgs -o "
      "layers\n");
  command->callback([request, choice, &action] {
    action = [request, choice] {
      return conclude(*request,
                      [&] { layers_study(*request, choice->cumulative, choice->optimizers); });
    };
  });
}

void add_gallery_study(CLI::App& parent, const Request& request, Action& action) {
  CLI::App* command =
      add_study(parent, request, "gallery", "Rank pictures by how much of each is style", "IMAGE");
  const auto versus = std::make_shared<std::vector<std::string>>();
  add_loss_options(*command, request->settings.loss, {true, false});
  command
      ->add_option("--versus", *versus,
                   "names of two of the pictures; tests whether the border of their textures is "
                   "brighter than the middle")
      ->expected(2)
      ->allow_extra_args(false);
  command->footer(
      "Examples:\n"
      "  vggstyle study gallery pictures/ -o gallery\n"
      "  vggstyle study gallery *.jpg --versus bridge scream -o gallery\n");
  command->callback([request, versus, &action] {
    action = [request, versus] {
      return conclude(*request, [&] { gallery_study(*request, *versus); });
    };
  });
}

}  // namespace

void add_study_command(CLI::App& app, const std::string& command_line, Action& action) {
  CLI::App* study = app.add_subcommand("study", "Run experiments on what content and style are");
  study->require_subcommand(1);
  study->footer(
      "Each study writes a folder: index.html (opens from disk), sheet.png, study.json, study.csv. "
      "If it was interrupted, the same command resumes it.\nvggstyle study gram --help   lists "
      "every option of a study\n");
  add_content_study(*study, make_request(command_line), action);
  add_gram_study(*study, make_request(command_line), action);
  add_layers_study(*study, make_request(command_line), action);
  add_gallery_study(*study, make_request(command_line), action);
}

}  // namespace vggstyle

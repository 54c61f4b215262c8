// study: the command line of tools/study/studies.h.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "tools/cli/commands.h"
#include "tools/cli/commands/conclude.h"
#include "tools/cli/commands/study_options.h"
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
  command->add_option(images, request->images, "PNG or JPEG; of a folder, all in it")->required();
  add_study_options(*command, *request);
  return command;
}

Request make_request(const std::string& command_line) {
  auto request = std::make_shared<StudyRequest>();
  request->command_line = command_line;
  return request;
}

void add_content_study(CLI::App& parent, const Request& request, Action& action) {
  CLI::App* command = add_study(parent, request, "content",
                                "What each layer holds of a picture: made again from one", "IMAGE");
  request->settings.loss[LossKind::kContent].layers = LayerNames{.all = true, .entries = {}};
  add_layers_option(*command, "--layers", "layers",
                    request->settings.loss[LossKind::kContent].layers, "LAYER,... or 'all'")
      ->default_str("all");
  command->footer("Example:\n  vggstyle study content bridge.jpg -o content\n");
  command->callback([request, &action] {
    action = [request] { return conclude(*request, [&] { content_study(*request); }); };
  });
}

void add_gram_study(CLI::App& parent, const Request& request, Action& action) {
  CLI::App* command = add_study(
      parent, request, "gram", "What raw, centred and both Gram matrices hold of a style", "IMAGE");
  request->settings.loss[LossKind::kStyle].layers = LayerNames{.all = true, .entries = {}};
  add_loss_options(*command, request->settings.loss, {true, false});
  command->remove_option(command->get_option("--gram"));
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
  CLI::App* command = add_study(parent, request, "layers",
                                "What each layer holds of a style: a texture by one", "IMAGE");
  struct Choice {
    bool cumulative = false;
    std::vector<Optimizer> optimizers = {Optimizer::kLbfgs};
  };
  const auto choice = std::make_shared<Choice>();
  request->settings.loss[LossKind::kStyle].layers = LayerNames{.all = true, .entries = {}};
  add_loss_options(*command, request->settings.loss, {true, false});
  command->add_flag("--cumulative", choice->cumulative,
                    "the first layer, the first two, ... instead of each alone");
  add_parsed_option(*command, "--optimizer", choice->optimizers, parse_optimizers,
                    "lbfgs, adam, gd (the tutorial's descent), or several to compare: gd,lbfgs",
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
      add_study(parent, request, "gallery", "How much of each of many pictures is style", "IMAGE");
  const auto versus = std::make_shared<std::vector<std::string>>();
  add_loss_options(*command, request->settings.loss, {true, false});
  command
      ->add_option("--versus", *versus,
                   "names of two of the pictures: is the border of their textures brighter than "
                   "the middle?")
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
  CLI::App* study = app.add_subcommand(
      "study", "What content is, what style is: experiments, each with pictures and numbers");
  study->require_subcommand(1);
  study->footer(
      "Each writes a folder: index.html (opens from disk), sheet.png, study.json, study.csv. The "
      "same command goes on where it was interrupted.\n"
      "vggstyle study gram --help   every option of one\n");
  add_content_study(*study, make_request(command_line), action);
  add_gram_study(*study, make_request(command_line), action);
  add_layers_study(*study, make_request(command_line), action);
  add_gallery_study(*study, make_request(command_line), action);
}

}  // namespace vggstyle

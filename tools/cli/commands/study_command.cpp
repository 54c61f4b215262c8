// study: the command line of tools/study/studies.h.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>

#include "tools/cli/commands.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/run_options.h"
#include "tools/study/compare.h"
#include "tools/study/runner/study_runner.h"
#include "tools/study/studies.h"

namespace vggstyle {
namespace {

using Request = std::shared_ptr<StudyRequest>;

/// Runs a study; tells where to look, or how to go on.
int conclude(const StudyRequest& request, const std::function<void()>& study) {
  try {
    study();
  } catch (const StudyInterrupted& stopped) {
    fmt::print(stderr,
               "interrupted: {} of {} pictures are there; the same command makes the others\n",
               stopped.done, stopped.total);
    return kExitInterrupted;
  }
  if (!request.quiet) fmt::print(stderr, "wrote {0}: open {0}/index.html\n", request.folder);
  return 0;
}

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
  request->loss.content_layers = "all";
  command->add_option("--layers", request->loss.content_layers, "LAYER,... or 'all'")
      ->capture_default_str();
  command->footer("Example:\n  vggstyle study content bridge.jpg -o content\n");
  command->callback([request, &action] {
    action = [request] { return conclude(*request, [&] { content_study(*request); }); };
  });
}

void add_gram_study(CLI::App& parent, const Request& request, Action& action) {
  CLI::App* command = add_study(
      parent, request, "gram", "What raw, centred and both Gram matrices hold of a style", "IMAGE");
  request->loss.style_layers = "all";
  add_loss_options(*command, request->loss, {true, false});
  command->remove_option(command->get_option("--gram"));
  command->footer("Example:\n  vggstyle study gram circle.png rainbow.png -o gram\n");
  command->callback([request, &action] {
    action = [request] { return conclude(*request, [&] { gram_study(*request); }); };
  });
}

void add_layers_study(CLI::App& parent, const Request& request, Action& action) {
  CLI::App* command = add_study(parent, request, "layers",
                                "What each layer holds of a style: a texture by one", "IMAGE");
  struct Choice {
    bool cumulative = false;
    std::string optimizers = "lbfgs";
  };
  const auto choice = std::make_shared<Choice>();
  request->loss.style_layers = "all";
  add_loss_options(*command, request->loss, {true, false});
  command->add_flag("--cumulative", choice->cumulative,
                    "the first layer, the first two, ... instead of each alone");
  command
      ->add_option("--optimizer", choice->optimizers,
                   "lbfgs, adam, gd (the tutorial's descent), or several to compare: gd,lbfgs")
      ->capture_default_str();
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
  add_loss_options(*command, request->loss, {true, false});
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

/// What is compared: the pictures make it a transfer or a texture.
void choose_task(CompareRequest& request) {
  const std::vector<std::string>& images = request.study.images;
  request.run.task = images.size() == 1 ? Task::kTexture : Task::kTransfer;
  const bool transfer = request.run.task == Task::kTransfer;
  if (transfer) request.run.content = images.front();
  request.run.styles.assign(images.begin() + (transfer ? 1 : 0), images.end());
}

}  // namespace

void add_compare_command(CLI::App& app, const std::string& command_line, Action& action) {
  const auto request = std::make_shared<CompareRequest>();
  request->study.study = "compare";
  request->study.command_line = command_line;
  CLI::App* command =
      app.add_subcommand("compare", "The same pictures with different settings, as one sheet");
  command
      ->add_option("PICTURE", request->study.images,
                   "PNG or JPEG: one to make a texture of, or a content and its styles")
      ->required();
  command
      ->add_option("--vary", request->varied,
                   "OPTION=V1,V2,...: an option below and the values that it takes, separated by "
                   "';' where a value holds a comma; several times for all combinations")
      ->required()
      ->take_all();
  add_output_choices(*command, request->study);
  add_run_options(*command, request->run, {});
  command->footer(
      "Examples:\n"
      "  vggstyle compare bridge.jpg scream.jpg --vary gram=raw,centered,both --vary tv=0,1e-3 "
      "-o sheet\n"
      "  vggstyle compare dots.png --vary weights=weights/house.h5,synthetic:1 -o trained\n"
      "  vggstyle compare dots.png --vary 'style-layers=pixels;conv1_1,conv2_1;all' -o layers\n");
  command->callback([request, &action] {
    action = [request] {
      choose_task(*request);
      return conclude(request->study, [&] { compare(*request); });
    };
  });
}

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

// transfer, texture and reconstruct: three ways to ask for a run.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>

#include "tools/cli/commands.h"
#include "tools/cli/config/config.h"
#include "tools/cli/options.h"
#include "tools/pictures/formats/input_formats.h"
#include "tools/pictures/picture_files.h"
#include "tools/session/settings/defaults.h"
#include "tools/transfer/cards.h"
#include "tools/transfer/dry_run.h"
#include "tools/transfer/run.h"

namespace vggstyle {
namespace {

struct Choice {
  LossChoice losses;
  const char* name;
  const char* description;
  const char* examples;
};

void add_output_options(CLI::App& app, OutputSettings& output, bool with_content) {
  const char* group = "Output";
  app.add_option("--bits", output.bits, "bits per channel, 8 or 16")
      ->group(group)
      ->capture_default_str();
  if (with_content) {
    app.add_flag("--keep-profile", output.keep_profile,
                 "write the result in the content's colour profile, if it has one, instead of "
                 "sRGB; its colours stay within sRGB")
        ->group(group);
  }
  app.add_flag("--show", output.show,
               "also show the result, at most 400 pixels on a side, in a terminal that can: "
               "kitty, Ghostty, Konsole, iTerm2, WezTerm, mintty, and any that draws sixels")
      ->group(group)
      ->configurable(false);
  app.add_option("--save-every", output.save_every,
                 "also write the current picture every N evaluations, as NAME-0050.png")
      ->group(group);
  app.add_option(
         "--timelapse", output.timelapse,
         "also write the progress of the run as a video, as .mp4, .mov, .mkv or .webm; of a "
         "run that goes on from a checkpoint, what is left of it")
      ->group(group)
      ->configurable(false);
  app.add_option("--log", output.log,
                 "write one JSON object per step to this file: loss, terms, time")
      ->group(group)
      ->configurable(false);
  app.add_option(
         "--checkpoint", output.checkpoint,
         "keep the state of the run in this HDF5 file, from which 'vggstyle resume' goes on; "
         "default: NAME.checkpoint.h5 beside the output if the run will take over ten "
         "minutes, removed at its end; 'none' keeps none")
      ->group(group)
      ->configurable(false);
  app.add_option("--checkpoint-every", output.checkpoint_every,
                 "evaluations from one checkpoint to the next; default: as many as take a minute, "
                 "or twenty times what writing one takes")
      ->group(group);
  app.add_flag("--quiet", output.quiet, "print nothing but errors")
      ->group(group)
      ->configurable(false);
}

/// The options that all three have, and what happens when the command is chosen.
CLI::App* add_run(CLI::App& app, const Choice& choice, const std::shared_ptr<RunRequest>& request,
                  const Invocation& invocation, const RunAction& act, Action& action) {
  CLI::App* command = app.add_subcommand(choice.name, choice.description);
  add_output_path(*command, request->output.path, "stylised.png",
                  "picture to write, as .png, .jpg, .webp or .tif; - is standard output, as PNG");
  add_output_options(*command, request->output, choice.losses.content);
  add_run_options(*command, request->settings, choice.losses);
  add_memory_option(*command, request->settings.device);
  CLI::Option* dry = command
                         ->add_flag("--dry-run", request->dry_run,
                                    "print the work, memory and expected time of the run and the "
                                    "largest size that fits, and stop")
                         ->group("Output")
                         ->configurable(false);
  command
      ->add_option("--as", request->as_card,
                   "with --dry-run: predict for another GPU from its data sheet: " + card_names())
      ->group("Output")
      ->configurable(false)
      ->needs(dry);
  command
      ->add_option("--serve", request->output.serve,
                   "show the run on a page that steers it, and print its address; alone: 127.0.0.1 "
                   "and the first free port from 8080 to 8099; port 0: any that is free")
      ->type_name("[HOST:PORT]")
      ->group("Output")
      ->configurable(false)
      ->excludes(dry);
  command->get_option("--show")->excludes(dry);
  command->get_option("--output")->configurable(false);
  add_config_options(*command);
  command->footer(defaults_help(request->task) + "\n" + choice.examples);
  command->callback([request, command, &invocation, act, &action] {
    if (prints_config(*command)) {
      action = [text = config_text(*command)] {
        std::fputs(text.c_str(), stdout);
        return 0;
      };
      return;
    }
    request->invocation = invocation;
    action = [request, act] {
      request->styles = picture_files(request->styles);
      return act(*request);
    };
  });
  return command;
}

std::shared_ptr<RunRequest> make_request(Task task) {
  auto request = std::make_shared<RunRequest>();
  request->task = task;
  return request;
}

}  // namespace

int run_or_predict(const RunRequest& request) {
  if (request.dry_run && request.invocation.ranks != nullptr) {
    throw SettingError("dry-run", ": predicts one process; start it without mpirun");
  }
  return request.dry_run ? dry_run(request) : run(request);
}

void add_run_commands(CLI::App& app, const Invocation& invocation, const RunAction& act,
                      Action& action) {
  const auto transfer = make_request(Task::kTransfer);
  CLI::App* command = add_run(app,
                              {{true, true},
                               "transfer",
                               "Paint the content of one picture in the style of others",
                               "Examples:\n"
                               "  vggstyle transfer bridge.jpg starry_night.jpg\n"
                               "  vggstyle transfer bridge.jpg starry_night.jpg the_scream.jpg "
                               "--style-blend 2,1 -o both.png\n"
                               "  vggstyle transfer bridge.jpg starry_night.jpg --size 1024 "
                               "--content-weight 0.1 --iterations 300\n"
                               "  cat bridge.jpg | vggstyle transfer - starry_night.jpg -o - | "
                               "display\n"},
                              transfer, invocation, act, action);
  command
      ->add_option("CONTENT", transfer->content,
                   "the picture to paint: " + readable_formats() + "; - is standard input")
      ->required()
      ->configurable(false);
  command->add_option("STYLE", transfer->styles, "one or more pictures, or folders of them")
      ->required()
      ->configurable(false);

  const auto texture = make_request(Task::kTexture);
  command = add_run(app,
                    {{true, false},
                     "texture",
                     "Make a texture: a picture from noise with the style of others",
                     "Examples:\n"
                     "  vggstyle texture starry_night.jpg -o strokes.png\n"
                     "  vggstyle texture pebbles.png --style-layers conv1_1,conv2_1 --gram raw\n"},
                    texture, invocation, act, action);
  command
      ->add_option("STYLE", texture->styles,
                   "one or more pictures (" + readable_formats() + "), or folders of them")
      ->required()
      ->configurable(false);

  const auto reconstruct = make_request(Task::kReconstruct);
  command = add_run(app,
                    {{false, true},
                     "reconstruct",
                     "Reconstruct a picture from the activations of one layer",
                     "Examples:\n"
                     "  vggstyle reconstruct bridge.jpg --layer conv4_2 -o seen.png\n"},
                    reconstruct, invocation, act, action);
  command->add_option("IMAGE", reconstruct->content, readable_formats() + " file")
      ->required()
      ->configurable(false);
  add_layers_option(*command, "--layer", "content-layers",
                    reconstruct->settings.loss[LossKind::kContent].layers,
                    "layer to reconstruct from; short for --content-layers")
      ->group("Loss")
      ->excludes(command->get_option("--content-layers"));
}

}  // namespace vggstyle

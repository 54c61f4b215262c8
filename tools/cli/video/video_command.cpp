// video: the command line of tools/video/video.h.

#include "tools/video/video.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>

#include "tools/cli/commands.h"
#include "tools/cli/options.h"
#include "tools/pictures/picture_files.h"
#include "tools/session/settings/defaults.h"

namespace vggstyle {
namespace {

std::string temporal_weights_text() {
  std::string text;
  for (const Normalization normalization :
       {Normalization::kRelative, Normalization::kGatys, Normalization::kNeuralStyle,
        Normalization::kTutorial}) {
    text += fmt::format("{}{} with {}", text.empty() ? "" : ", ",
                        default_temporal_weight(normalization), name_of(normalization));
  }
  return text;
}

void add_frame_options(CLI::App& command, VideoRequest& request) {
  const char* group = "Video";
  CLI::Option* weight =
      command
          .add_option("--temporal-weight", request.temporal_weight,
                      "weight of the temporal loss, which holds a frame to the one before it; "
                      "higher values flicker less; default: " +
                          temporal_weights_text())
          ->group(group);
  CLI::Option* iterations =
      command
          .add_option("--frame-iterations", request.frame_iterations,
                      fmt::format("--iterations of the frames that go on from the one before them, "
                                  "1 to {}; default: half of --iterations",
                                  kMostFrameIterations))
          ->group(group);
  command
      .add_flag("--independent", request.independent,
                "paint each frame on its own, to see how much it flickers then")
      ->group(group)
      ->excludes(weight)
      ->excludes(iterations);
}

constexpr const char* kVideoFooter =
    "In a folder the frames are pictures, in the order of the numbers in their names. Each frame "
    "starts from the last one's result, moved along with what moves (optical flow), and is "
    "held to it where that shows the same; what comes into view, and a frame after a cut, starts "
    "as --init says. The last line tells the flicker: by how much of 255 a frame differs from the "
    "last one, moved along (root of the mean square), outside of what came into view.\n\n"
    "Masks that are files lie still; luma: and color: are found in each frame anew. Frames are "
    "opaque.\n\n"
    "What is done already is kept if its settings are the same, so that the same command goes on "
    "after Ctrl-C. Frames on the way to a video are in a folder of its name with .frames behind, "
    "which is removed when the video is whole. Its frames have the times of IN's.\n\n"
    "Examples:\n"
    "  vggstyle video walk.mp4 starry_night.jpg -o painted.mp4\n"
    "  vggstyle video frames/ starry_night.jpg -o painted\n"
    "  vggstyle video frames/ starry_night.jpg -o painted --size 384 --iterations 200 "
    "--frame-iterations 60\n";

}  // namespace

void add_video_command(CLI::App& app, const std::string& command_line, Action& action) {
  const auto request = std::make_shared<VideoRequest>();
  request->run.invocation.line = command_line;
  request->run.settings.pictures.keep_alpha = false;
  CLI::App* command =
      app.add_subcommand("video", "Paint the frames of a video, each going on from the last one");
  command->add_option("IN", request->input, "a video, or a folder with its frames")->required();
  command->add_option("STYLE", request->run.styles, "one or more pictures, or folders of them")
      ->required();
  add_output_path(*command, request->output, "video",
                  "a video to write, as .mp4, .mov, .mkv or .webm, with the sound of IN; or a "
                  "folder: the frames as .png, and in records/ how each was made");
  OutputSettings& output = request->run.output;
  command->add_option("--bits", output.bits, "bits per channel, 8 or 16")
      ->group("Output")
      ->capture_default_str();
  command->add_flag("--quiet", output.quiet, "print nothing but errors")->group("Output");
  command
      ->add_option("--rate", request->rate,
                   fmt::format("frames a second of a video that is written from a folder, {} to "
                               "{}; default: {}",
                               kLeastRate, kMostRate, kDefaultRate))
      ->group("Output");
  command
      ->add_flag("--keep-frames", request->keep_frames,
                 "keep the frames of a video that is written, in a folder of its name with .frames "
                 "behind")
      ->group("Output");
  add_frame_options(*command, *request);
  add_run_options(*command, request->run.settings, {});
  add_memory_option(*command, request->run.settings.device);
  command->get_option("--background")
      ->description("colour to put behind transparent pixels: white, black or #rrggbb")
      ->default_str("white");
  command->footer(defaults_help(Task::kTransfer) + "\n" + kVideoFooter);
  command->callback([request, &action] {
    action = [request] {
      request->run.styles = picture_files(request->run.styles);
      return video(*request);
    };
  });
}

}  // namespace vggstyle

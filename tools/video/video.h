#pragma once

#include <optional>
#include <string>

#include "tools/transfer/run.h"

namespace vggstyle {

/// What `vggstyle video` is asked for.
struct VideoRequest {
  RunRequest run;              ///< of every frame; its content and its output are filled in
  std::string input;           ///< a video, or a folder with its frames
  std::string output;          ///< likewise, as its ending says (files/video_file.h)
  std::optional<double> rate;  ///< frames a second of a video that is written from a folder
  bool keep_frames = false;    ///< beside a video that is written
  std::optional<double> temporal_weight;  ///< empty: default_temporal_weight()
  std::optional<int>
      frame_iterations;      ///< of frames after the first; empty: default_frame_iterations()
  bool independent = false;  ///< each frame on its own
};

inline constexpr double kDefaultRate = 25, kLeastRate = 0.1, kMostRate = 240;

double default_temporal_weight(Normalization normalization);
inline constexpr int kMostFrameIterations = 1000000;
/// What the last frame leaves to do, of the `iterations` that the first one had.
int default_frame_iterations(int iterations);

/// Paints every frame in the style, each from the last one moved along by optical flow and held to it by the
/// temporal loss (net/loss_spec.h), where that shows the same. Frames that are there already, made with the same
/// settings, are kept, so that the same command goes on where it was stopped. Returns the exit code.
int video(const VideoRequest& request);

}  // namespace vggstyle

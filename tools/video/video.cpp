#include "tools/video/video.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/error.h"
#include "runtime/interrupt.h"
#include "runtime/standard_streams.h"
#include "tools/session/files/result_file.h"
#include "tools/session/memory.h"
#include "tools/session/optimize.h"
#include "tools/session/pictures/sizes.h"
#include "tools/session/settings/check.h"
#include "tools/study/runner/study_progress.h"
#include "tools/study/runner/study_record.h"
#include "tools/transfer/read_problem.h"
#include "tools/transfer/standard_input.h"
#include "tools/video/clip.h"
#include "tools/video/frame_link.h"

namespace vggstyle {
namespace {

/// A frame as it was filmed, and as it was painted.
struct PaintedFrame {
  Picture content, result;
};

/// Paints a video frame by frame.
class Painter {
 public:
  Painter(const VideoRequest& request, const Clip& clip, Engine& engine)
      : request_(request), clip_(clip), engine_(engine), left_(clip.frames().size()) {}

  /// False if it was interrupted.
  bool paint(const std::string& frame) {
    const RecordFiles files = clip_.files_of(frame);
    ProblemSpec problem = read(frame);
    const Picture content = *problem.content;
    std::optional<FrameLink> link;
    if (last_) link.emplace(last_->content, content);
    const int own_iterations = problem.minimizer.iterations;
    if (link && !request_.independent && link->hold(problem, last_->result)) {
      problem.loss[LossKind::kTemporal] = {temporal_weight(), {{kPixelLayer}}};
      problem.minimizer.iterations = frame_iterations(own_iterations);
    }
    std::optional<StudyRecord> record = read_record(files, settings_text(problem, engine_));
    if (!record) record = make(problem, files, own_iterations);
    if (!record) return false;
    if (link) add_flicker(link->flicker(last_->result, record->picture));
    last_ = {content, std::move(record->picture)};
    --left_;
    ++done_;
    return true;
  }

  void finish() {
    if (progress_) progress_->finish();
  }
  std::size_t done() const { return done_; }
  /// Mean over the frames; empty if none could be compared with the one before it.
  std::optional<double> flicker() const {
    return compared_ > 0 ? std::optional(flicker_ / compared_) : std::nullopt;
  }

 private:
  double temporal_weight() const {
    return request_.temporal_weight.value_or(
        default_temporal_weight(request_.run.settings.loss.normalization));
  }
  int frame_iterations(int of_first) const {
    return request_.frame_iterations.value_or(default_frame_iterations(of_first));
  }

  /// The frame's problem as if it were alone.
  ProblemSpec read(const std::string& frame) const {
    RunRequest run = request_.run;
    run.content = frame;
    ProblemSpec problem = read_problem(run, engine_);
    check_scales(problem);
    check_regions(problem, engine_);
    check_flow_size(problem.start);
    if (last_ && (problem.start.width != last_->content.width ||
                  problem.start.height != last_->content.height)) {
      throw InputError(
          fmt::format("frame '{}' comes out at {}, and the one before it at {}: all "
                      "frames of a video have one size",
                      frame, size_text(problem.start), size_text(last_->content)));
    }
    return problem;
  }

  std::optional<StudyRecord> make(const ProblemSpec& problem, const RecordFiles& files,
                                  int own_iterations) {
    if (!progress_) begin(problem, own_iterations);
    check_memory(problem, engine_);
    const int work = problem.minimizer.iterations;
    double done = 0;
    std::optional<StudyRecord> record = optimize_recorded(engine_, problem, [&](double now) {
      progress_->add_work((now - done) * work);
      done = now;
      return !guard_.interrupted();
    });
    if (!record) return std::nullopt;
    write_record(files, problem, engine_, request_.run.invocation.line, *record);
    progress_->add_work((1 - done) * work);
    progress_->add_picture();
    return record;
  }

  /// Says what comes: this frame and those after it.
  void begin(const ProblemSpec& first, int own_iterations) {
    const int others = request_.independent ? own_iterations : frame_iterations(own_iterations);
    progress_.emplace(request_.run.output.quiet, left_,
                      first.minimizer.iterations + static_cast<double>(left_ - 1) * others,
                      "frames");
    if (request_.run.output.quiet) return;
    tell(fmt::format("{}: {}; {}; {} of {}{}", engine_.device->id(), with_threads(*engine_.device),
                     engine_.explanation, left_ == 1 ? "1 frame" : fmt::format("{} frames", left_),
                     size_text(first.start),
                     done_ > 0 ? fmt::format(" ({} more are there)", done_) : ""));
  }

  void add_flicker(const std::optional<double>& flicker) {
    if (!flicker) return;
    flicker_ += *flicker;
    ++compared_;
  }

  const VideoRequest& request_;
  const Clip& clip_;
  Engine& engine_;
  const InterruptGuard guard_;
  std::optional<StudyProgress> progress_;
  std::optional<PaintedFrame> last_;
  std::size_t left_, done_ = 0;
  int compared_ = 0;
  double flicker_ = 0;
};

/// How many frames there are now, and their flicker.
struct Painted {
  std::size_t frames;
  std::optional<double> flicker;
};

/// Paints until all are there or somebody interrupts.
Painted paint(const VideoRequest& request, const Clip& clip) {
  const DeviceSettings& device = request.run.settings.device;
  Engine engine = make_engine(make_device(device), device, request.run.settings.network);
  Painter painter(request, clip, engine);
  for (const std::string& frame : clip.frames()) {
    if (!painter.paint(frame)) break;
  }
  painter.finish();
  return {painter.done(), painter.flicker()};
}

/// What is wrong whatever the frames are.
void check(const VideoRequest& request) {
  require_optical_flow();
  check_bits(request.run.output.bits);
  if (request.temporal_weight) check_weight("temporal-weight", *request.temporal_weight);
  if (request.frame_iterations) {
    check_range("frame-iterations", *request.frame_iterations, 1, kMostFrameIterations);
  }
  if (request.rate && !(*request.rate >= kLeastRate && *request.rate <= kMostRate)) {
    throw SettingError("rate", fmt::format(" must be from {} to {}", kLeastRate, kMostRate));
  }
  if (!uses_of_standard_input(request.run).empty()) {
    throw InputError(
        "standard input, '-', can be read once only, and a video has many frames; save it as a "
        "file, and name that");
  }
  check_request(request.run);
}

}  // namespace

double default_temporal_weight(Normalization normalization) {
  switch (normalization) {
    case Normalization::kGatys:
      return 200;
    case Normalization::kNeuralStyle:
      return 1000;
    case Normalization::kTutorial:
      return 5;
    case Normalization::kRelative:
      return 10;
  }
  throw InternalError("a normalization without a weight of the temporal loss");
}

int default_frame_iterations(int iterations) {
  return std::max(1, iterations / 2);
}

int video(const VideoRequest& request) {
  check(request);
  const Clip clip(request);
  const std::size_t frames = clip.frames().size();
  const auto [painted, flicker] = paint(request, clip);
  if (painted < frames) {
    tell(
        fmt::format("interrupted with {} of {} frames made; run the same command again to make "
                    "the rest",
                    painted, frames));
    return kExitInterrupted;
  }
  clip.finish();
  if (request.run.output.quiet) return 0;
  tell(fmt::format("wrote {}: {}{}", request.output,
                   frames == 1 ? "1 frame" : fmt::format("{} frames", frames),
                   flicker ? fmt::format(", flicker {:.2f}", *flicker) : ""));
  return 0;
}

}  // namespace vggstyle

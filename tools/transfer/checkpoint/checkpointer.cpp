#include "tools/transfer/checkpoint/checkpointer.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <utility>

#include "runtime/error.h"
#include "runtime/standard_streams.h"
#include "tools/session/settings/check.h"

namespace vggstyle {
namespace {

/// Evaluations whose time says what all of them will take.
constexpr int kTimedEvaluations = 3;

}  // namespace

bool has_named_checkpoint(const OutputSettings& output) {
  return output.checkpoint != kNoCheckpoint &&
         (!output.checkpoint.empty() || output.checkpoint_every > 0);
}

std::string checkpoint_path(const OutputSettings& output) {
  if (!output.checkpoint.empty()) return output.checkpoint;
  const std::filesystem::path path(is_standard_stream(output.path) ? "stylised" : output.path);
  return (path.parent_path() / (path.stem().string() + ".checkpoint.h5")).string();
}

void check_checkpoints(const OutputSettings& output) {
  if (is_standard_stream(output.checkpoint)) {
    throw SettingError("checkpoint", " -: a checkpoint is a file; give it a name");
  }
  check_range("checkpoint-every", output.checkpoint_every, 0, 1'000'000);
  if (output.checkpoint == kNoCheckpoint && output.checkpoint_every > 0) {
    throw SettingError("checkpoint-every", ": --checkpoint none asks for none; leave one out");
  }
}

Checkpointer::Checkpointer(const RunRequest& request, const Engine& engine,
                           const ProblemSpec& problem, int evaluations, Generations generations,
                           ProgressDisplay& display)
    : request_(request),
      engine_(engine),
      problem_(problem),
      generations_(std::move(generations)),
      display_(display),
      mode_(first_mode()),
      written_at_(display.seconds()),
      written_evaluations_(evaluations) {
  if (mode_ == Mode::kOn) record_ = make_record(request, engine, problem);
}

Checkpointer::Mode Checkpointer::first_mode() const {
  const OutputSettings& output = request_.output;
  if (output.checkpoint == kNoCheckpoint) return Mode::kOff;
  const bool named = has_named_checkpoint(output);
  for (const InputFile& file : input_files(request_, engine_)) {
    if (can_be_read_again(file)) continue;
    if (!named) return Mode::kOff;
    throw SettingError(
        "checkpoint",
        fmt::format(": '{}', {}, is not a file that can be read again; save it as one, "
                    "or leave this option out",
                    file.path, file.what));
  }
  return named || generations_.any() ? Mode::kOn : Mode::kWaiting;
}

void Checkpointer::after(const Step& step, bool stopped) {
  if (mode_ == Mode::kWaiting) watch_time(step);
  if (mode_ == Mode::kOn && step.progress.save && is_due(step, stopped)) write(step);
}

bool Checkpointer::is_due(const Step& step, bool stopped) const {
  const int evaluations = step.progress.evaluations;
  const bool named = has_named_checkpoint(request_.output);
  const bool is_last = evaluations >= problem_.minimizer.most_evaluations();
  if (stopped || (named && (!generations_.any() || is_last))) return true;
  if (const int every = request_.output.checkpoint_every; every > 0) {
    return evaluations / every > written_evaluations_ / every;
  }
  return display_.seconds() - written_at_ >=
         std::max(kCheckpointSeconds, kCheckpointShare * write_seconds_);
}

void Checkpointer::watch_time(const Step& step) {
  const Timed now{step.progress.evaluations, display_.seconds(), step.done};
  if (!first_) first_ = now;
  if (now.evaluations - first_->evaluations < kTimedEvaluations || now.done <= first_->done) return;
  const double expected = first_->seconds + (now.seconds - first_->seconds) * (1 - first_->done) /
                                                (now.done - first_->done);
  if (expected > kLongRun) begin();
}

void Checkpointer::begin() {
  try {
    generations_.check();
  } catch (const InputError& error) {
    display_.say(fmt::format("warning: no checkpoints: {}", error.what()));
    mode_ = Mode::kOff;
    return;
  }
  mode_ = Mode::kOn;
  record_ = make_record(request_, engine_, problem_);
  display_.say(fmt::format(
      "this will take over ten minutes: checkpoints go to '{0}', from which 'vggstyle resume {0}' "
      "goes on after a stop; --checkpoint none keeps none",
      generations_.path()));
}

void Checkpointer::write(const Step& step) {
  const double begin = display_.seconds();
  record_.evaluations = written_evaluations_ = step.progress.evaluations;
  record_.seconds = begin;
  try {
    generations_.write(*engine_.device, text_of(record_), step.progress.save);
  } catch (const std::exception& error) {
    display_.say(fmt::format("warning: {}; the run goes on without this checkpoint", error.what()));
  }
  written_at_ = display_.seconds();
  write_seconds_ = written_at_ - begin;
}

void Checkpointer::leave() {
  if (mode_ == Mode::kOn && generations_.any()) {
    display_.say(fmt::format(
        "no more checkpoints: '{}' is of evaluation {}, before the page changed the run",
        generations_.path(), written_evaluations_));
  }
  mode_ = Mode::kOff;
}

void Checkpointer::finish(bool interrupted) {
  if (!generations_.any()) return;
  if (interrupted) {
    if (mode_ == Mode::kOff) return;  // steered
    display_.say(fmt::format("'vggstyle resume {}' goes on", generations_.path()));
  } else if (has_named_checkpoint(request_.output)) {
    generations_.keep_newest();
  } else {
    generations_.remove_all();
  }
}

}  // namespace vggstyle

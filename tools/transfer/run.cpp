#include "tools/transfer/run.h"

#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <optional>

#include "runtime/files/atomic_file.h"
#include "runtime/files/file_uses.h"
#include "runtime/interrupt.h"
#include "runtime/standard_streams.h"
#include "tools/pictures/resize.h"
#include "tools/pictures/write.h"
#include "tools/serve/served_run.h"
#include "tools/session/files/rescue.h"
#include "tools/session/files/result_file.h"
#include "tools/session/memory.h"
#include "tools/session/optimize.h"
#include "tools/session/pictures/sizes.h"
#include "tools/session/ranks/rank_device.h"
#include "tools/session/settings/check.h"
#include "tools/transfer/checkpoint/checkpointer.h"
#include "tools/transfer/checkpoint/resumed.h"
#include "tools/transfer/progress.h"
#include "tools/transfer/read_problem.h"
#include "tools/transfer/run_log.h"
#include "tools/transfer/shared_run.h"
#include "tools/transfer/standard_input.h"
#include "tools/transfer/terminal/terminal_picture.h"
#include "tools/transfer/timelapse.h"

namespace vggstyle {
namespace {

/// NAME-0050.png beside NAME.png.
std::string intermediate_path(const std::string& path, int evaluation) {
  const std::filesystem::path name(path);
  const std::string file =
      fmt::format("{}-{:04}{}", name.stem().string(), evaluation, name.extension().string());
  return (name.parent_path() / file).string();
}

/// What can be known of the outputs before anything is read.
void check_output(const OutputSettings& output) {
  check_range("save-every", output.save_every, 0, 1'000'000);
  check_bits(output.bits);
  check_picture_path(output.path, output.bits);
  if (is_standard_stream(output.log)) {
    throw SettingError("log", " -: the log is a file; give it a name");
  }
  // Made and removed again: some places look writable and are not.
  if (!is_standard_stream(output.path)) {
    const AtomicFile picture(output.path);
  } else if (output.save_every > 0) {
    throw SettingError("save-every",
                       ": standard output takes one picture; leave this option out, or name a file "
                       "with -o");
  }
  if (!output.log.empty()) const AtomicFile log(output.log);
  if (!output.timelapse.empty()) check_timelapse(output.timelapse);
  check_checkpoints(output);
}

/// No output is an input, or another output.
void check_files(const RunRequest& request, const Engine& engine, const Generations& generations,
                 int evaluations) {
  FileUses files;
  for (const InputFile& file : input_files(request, engine)) {
    files.reads(is_standard_stream(file.path) ? "/dev/stdin" : file.path, file.what);
  }
  const OutputSettings& output = request.output;
  if (!is_standard_stream(output.path)) files.writes(output.path, "the output");
  if (!output.log.empty()) files.writes(output.log, "the log");
  if (!output.timelapse.empty()) files.writes(output.timelapse, "the time-lapse");
  if (output.checkpoint != kNoCheckpoint) {
    files.writes(generations.path(), "the checkpoint");
    files.writes(generations.previous_path(), "the checkpoint before");
  }
  for (int at = output.save_every; at > 0 && at <= evaluations; at += output.save_every) {
    const std::string path = intermediate_path(output.path, at);
    if (at == output.save_every) check_output_path(path);
    if (at == output.save_every || std::filesystem::exists(path)) {
      files.writes(path, "the picture of --save-every");
    }
  }
  files.check();
}

/// Windows that are mostly the surroundings of their cores are worth a word.
constexpr double kMuchWork = 4;

Tiling tiling_of(const Engine& engine, const ProblemSpec& problem) {
  const MemoryFacts facts = memory_facts(problem, engine);
  const PictureSize size{problem.start.width, problem.start.height};
  return tiling_of(facts, size, tile_of(facts, size, problem.memory));
}

std::string description(const Engine& engine, const ProblemSpec& problem, double bytes,
                        const Tiling& tiling) {
  std::string styles;
  for (const Picture& style : problem.styles) {
    styles += (styles.empty() ? ", style " : " and ") + size_text(style);
  }
  const std::string shared =
      engine.ranks == nullptr ? "" : fmt::format(" in each of {} processes", engine.ranks->size());
  return fmt::format("{}: {}{}; {}; {} pixels{}, {:.0f} MB planned{}{}", engine.device->id(),
                     with_threads(*engine.device), shared, engine.explanation,
                     size_text(problem.start), styles, bytes / 0x1p20,
                     shared.empty() ? "" : " each",
                     tiling.tiles > 1 ? ", in " + text_of(tiling) : "");
}

/// What happens after each accepted step: tell, log, save, and notice Ctrl-C.
class Watcher {
 public:
  /// `before`: what the run has done already, if it goes on.
  Watcher(const RunRequest& request, const Engine& engine, const ProblemSpec& problem, double bytes,
          const RunRecord& before, Generations generations, ServedRun* page, Timelapse* timelapse)
      : request_(request),
        engine_(engine),
        problem_(problem),
        bytes_(bytes),
        page_(page),
        timelapse_(timelapse),
        display_(request.output.quiet, problem.minimizer.most_evaluations(), before.seconds),
        log_(request.output.log, engine.model(), problem, before.evaluations),
        checkpointer_(request, engine, problem, before.evaluations, std::move(generations),
                      display_) {
    if (request.output.save_every > 0) saved_ = before.evaluations / request.output.save_every;
  }

  Next operator()(const Step& step) {
    const auto& [progress, values, width, height, done, weights, afresh, picture] = step;
    if (width_ == 0) introduce();
    if (width != width_) {
      if (problem_.minimizer.scales > 1)
        display_.say(fmt::format("now {}x{} pixels", width, height));
      width_ = width;
    }
    if (afresh) {
      display_.say(fmt::format("evaluation {}: afresh from here with the weights {}",
                               progress.evaluations, text_of(weights)));
      checkpointer_.leave();
    }
    if (progress.event != Event::none) {
      display_.say(
          fmt::format("evaluation {}: {}", progress.evaluations, describe(progress.event)));
    }
    display_.update(progress.evaluations, done, values);
    log_.write(step, display_.seconds());
    try_timelapse(
        [&] { timelapse_->after(step.progress.evaluations, [&] { return picture_at(step); }); });
    const int every = request_.output.save_every;
    if (every > 0 && progress.evaluations / every > saved_) {
      saved_ = progress.evaluations / every;
      save(picture_at(step), intermediate_path(request_.output.path, saved_ * every));
    }
    const Next asked = page_ == nullptr ? Next{} : ask_page(step);
    const Next next = guard_.interrupted() ? Next{Then::kStop} : asked;
    checkpointer_.after(step, next.then == Then::kStop);
    return next;
  }

  void introduce() {
    const Tiling tiling = tiling_of(engine_, problem_);
    display_.say(description(engine_, problem_, bytes_, tiling));
    if (tiling.work < kMuchWork) return;
    display_.say(engine_.ranks != nullptr
                     ? "warning: most of what each process computes is around its rows, and "
                       "computed by others, "
                       "too: fewer processes with more threads are as fast, or nearly"
                     : "warning: these tiles are mostly what is around them, which is computed "
                       "again for each: "
                       "with more --memory this is several times as fast");
  }

  void write(const Picture& picture, const std::string& path) const {
    write_result(path, picture, request_.output.bits, problem_, engine_, request_.invocation.line,
                 page_ == nullptr ? "" : page_->steered());
  }
  void finish_timelapse(const Picture& last) {
    try_timelapse([&] {
      timelapse_->finish(last);
      display_.say("wrote " + request_.output.timelapse);
    });
  }
  /// The last word, on the page too if there is one.
  void conclude(const Picture& picture, const std::string& message) {
    display_.say(message);
    if (page_ != nullptr) page_->end(picture, message);
  }
  double seconds() const { return display_.seconds(); }
  Checkpointer& checkpointer() { return checkpointer_; }

 private:
  Picture picture_at(const Step& step) const {
    return problem_.finished(resize(step.picture(), problem_.start.width, problem_.start.height));
  }

  /// What those who look at the page want.
  Next ask_page(const Step& step) {
    const auto make = [&] { return picture_at(step); };
    const auto is_interrupted = [&] { return guard_.interrupted(); };
    page_->publish(step, display_.seconds(), make);
    if (page_->is_paused()) {
      display_.say(fmt::format("paused after evaluation {}", step.progress.evaluations));
      const double before = display_.seconds();
      page_->wait(make, is_interrupted);
      display_.leave_out(display_.seconds() - before);
    }
    return page_->next();
  }

  /// What the time-lapse does, if there is one. The run goes on without it where it cannot be.
  void try_timelapse(const std::function<void()>& act) {
    if (timelapse_ == nullptr) return;
    try {
      act();
    } catch (const std::exception& error) {
      display_.say(fmt::format("warning: no time-lapse: {}; the run goes on", error.what()));
      timelapse_ = nullptr;
    }
  }

  /// A picture on the way. The run goes on without it.
  void save(const Picture& picture, const std::string& path) {
    try {
      write(picture, path);
    } catch (const std::exception& error) {
      display_.say(fmt::format("warning: {}; the run goes on", error.what()));
    }
  }

  const RunRequest& request_;
  const Engine& engine_;
  const ProblemSpec& problem_;
  double bytes_;
  ServedRun* page_;
  Timelapse* timelapse_;
  const InterruptGuard guard_;
  ProgressDisplay display_;
  RunLog log_;
  Checkpointer checkpointer_;
  int saved_ = 0;
  int width_ = 0;  ///< of the size that the run is at
};

/// The checkpoints of a run that begins.
Generations new_generations(const OutputSettings& output) {
  Generations generations(checkpoint_path(output));
  if (has_named_checkpoint(output)) {
    generations.check();
    const AtomicFile checkpoint(generations.path());
  }
  return generations;
}

/// That the run is the one that `record` is of; and what to tell of differences.
void check_same(const RunRequest& request, const RunRecord& record, const ProblemSpec& problem,
                const Engine& engine) {
  check_settings(record, problem, engine);
  const std::string processor = changed_processor(record, engine);
  if (!processor.empty() && !request.output.quiet) tell(processor);
}

/// Tells how it ended; returns the exit code.
int conclude(const RunRequest& request, const Optimized& optimized, Watcher& watcher) {
  const Result& result = optimized.result;
  const bool interrupted = result.reason == Reason::stopped_by_caller;
  watcher.conclude(optimized.picture,
                   fmt::format("{}{}: {}, loss {:.6g} after {} evaluations, {}{}",
                               interrupted ? "interrupted, wrote " : "wrote ",
                               is_standard_stream(request.output.path) ? "to standard output"
                                                                       : request.output.path,
                               size_text(optimized.picture), result.value.total, result.evaluations,
                               duration_text(watcher.seconds()),
                               interrupted || result.reason == Reason::budget
                                   ? ""
                                   : fmt::format(" ({})", describe(result.reason))));
  watcher.checkpointer().finish(interrupted);
  return interrupted ? kExitInterrupted : 0;
}

Engine engine_of(const RunRequest& request) {
  DeviceSettings device = request.settings.device;
  if (request.invocation.ranks != nullptr)
    device = RankDevices(*request.invocation.ranks).of(device);
  Engine engine = make_engine(make_device(device), device, request.settings.network);
  engine.ranks = request.invocation.ranks;
  return engine;
}

/// What a rank does that is not the first.
int follow(const RunRequest& request, Resumed* from) {
  const InterruptGuard guard;  // the first one stops, and says so
  Engine engine = engine_of(request);
  ProblemSpec problem = read_problem(request, engine);
  check_shared(problem, engine);
  choose_memory(problem, engine);
  check_memory(problem, engine);
  const std::unique_ptr<StateArchive> state =
      from != nullptr ? from->checkpoint.state(*engine.device) : nullptr;
  const Optimized optimized = optimize(engine, problem, {}, state.get());
  return optimized.result.reason == Reason::stopped_by_caller ? kExitInterrupted : 0;
}

/// `from`: null for a run that begins.
int run_from(const RunRequest& request, Resumed* from) {
  check_shared_inputs(request);
  if (request.invocation.ranks != nullptr && !request.invocation.ranks->leads()) {
    return follow(request, from);
  }
  check_standard_input(request);
  check_output(request.output);
  std::optional<TerminalProtocol> terminal;
  if (request.output.show) terminal = find_terminal_protocol();
  std::optional<ServedRun> page;
  if (!request.output.serve.empty()) page.emplace(request.output.serve);
  Generations generations = from != nullptr ? from->generations : new_generations(request.output);
  Engine engine = engine_of(request);
  if (from != nullptr) check_inputs(from->record, request, engine);
  ProblemSpec problem = read_problem(request, engine);
  check_picture_path(request.output.path, request.output.bits, problem.alpha.has_value());
  check_files(request, engine, generations, problem.minimizer.most_evaluations());
  check_shared(problem, engine);
  check_scales(problem);
  check_regions(problem, engine);
  choose_memory(problem, engine);
  const double bytes = check_memory(problem, engine);
  if (from != nullptr) check_same(request, from->record, problem, engine);
  if (page) {
    page->open(problem, engine.model(), request.output.path,
               result_text(problem, engine, request.invocation.line));
  }
  std::optional<Timelapse> timelapse;
  if (!request.output.timelapse.empty()) {
    timelapse.emplace(request.output.timelapse, problem.minimizer.most_evaluations());
  }
  Watcher watcher(request, engine, problem, bytes, from != nullptr ? from->record : RunRecord{},
                  std::move(generations), page ? &*page : nullptr,
                  timelapse ? &*timelapse : nullptr);
  const std::unique_ptr<StateArchive> state =
      from != nullptr ? from->checkpoint.state(*engine.device) : nullptr;
  const Optimized optimized = optimize(engine, problem, std::ref(watcher), state.get());
  write_or_rescue(request.output.path,
                  [&](const std::string& path) { watcher.write(optimized.picture, path); });
  watcher.finish_timelapse(optimized.picture);
  const int code = conclude(request, optimized, watcher);
  if (terminal) {
    show_in_terminal(*terminal, optimized.picture, problem.alpha ? &*problem.alpha : nullptr);
  }
  return code;
}

}  // namespace

int run(const RunRequest& request) {
  return run_from(request, nullptr);
}

int resume(const RunRequest& request, Resumed from) {
  return run_from(request, &from);
}

}  // namespace vggstyle

#include "tools/transfer/run.h"

#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <optional>

#include "runtime/files/atomic_file.h"
#include "runtime/files/file_uses.h"
#include "runtime/interrupt.h"
#include "tools/pictures/resize.h"
#include "tools/pictures/write.h"
#include "tools/serve/served_run.h"
#include "tools/session/files/rescue.h"
#include "tools/session/files/result_file.h"
#include "tools/session/memory.h"
#include "tools/session/optimize.h"
#include "tools/session/pictures/sizes.h"
#include "tools/session/settings/check.h"
#include "tools/transfer/progress.h"
#include "tools/transfer/read_problem.h"
#include "tools/transfer/run_log.h"

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
  if (output.bits != 8 && output.bits != 16) {
    throw SettingError("bits", fmt::format(" must be 8 or 16, not {}", output.bits));
  }
  check_picture_path(output.path, output.bits);
  // Made and removed again: some places look writable and are not.
  const AtomicFile picture(output.path);
  if (!output.log.empty()) const AtomicFile log(output.log);
}

/// No output is an input, or another output.
void check_files(const RunRequest& request, const Engine& engine, int evaluations) {
  FileUses files;
  if (!request.content.empty()) files.reads(request.content, "the content");
  for (const std::string& style : request.styles) files.reads(style, "a style");
  for (const auto* masks :
       {&request.settings.pictures.content_masks, &request.settings.pictures.style_masks}) {
    for (const MaskSource& mask : *masks) {
      if (!mask.file.empty()) files.reads(mask.file, "a mask");
    }
  }
  files.reads(engine.weights_path, "the weights");
  if (const StartSettings& start = request.settings.start; !start.file.empty()) {
    files.reads(start.file, "the picture of --init");
  }
  const OutputSettings& output = request.output;
  files.writes(output.path, "the output");
  if (!output.log.empty()) files.writes(output.log, "the log");
  for (int at = output.save_every; at > 0 && at <= evaluations; at += output.save_every) {
    const std::string path = intermediate_path(output.path, at);
    if (at == output.save_every) check_output_path(path);
    if (at == output.save_every || std::filesystem::exists(path)) {
      files.writes(path, "the picture of --save-every");
    }
  }
  files.check();
}

std::string description(const Engine& engine, const ProblemSpec& problem, double bytes) {
  std::string styles;
  for (const Picture& style : problem.styles) {
    styles += (styles.empty() ? ", style " : " and ") + size_text(style);
  }
  return fmt::format("{}: {}; {}; {} pixels{}, {:.0f} MB planned", engine.device->id(),
                     with_threads(*engine.device), engine.explanation, size_text(problem.start),
                     styles, bytes / 0x1p20);
}

/// What happens after each accepted step: tell, log, save, and notice Ctrl-C.
class Watcher {
 public:
  Watcher(const RunRequest& request, const Engine& engine, const ProblemSpec& problem, double bytes,
          ServedRun* page)
      : request_(request),
        engine_(engine),
        problem_(problem),
        bytes_(bytes),
        page_(page),
        display_(request.output.quiet, problem.minimizer.most_evaluations()),
        log_(request.output.log, engine.model(), problem) {}

  Next operator()(const Step& step) {
    const auto& [progress, values, width, height, done, weights, afresh] = step;
    if (progress.iterations == 0) display_.say(description(engine_, problem_, bytes_));
    if (width != width_) {
      if (problem_.minimizer.scales > 1)
        display_.say(fmt::format("now {}x{} pixels", width, height));
      width_ = width;
    }
    if (afresh) {
      display_.say(fmt::format("evaluation {}: afresh from here with the weights {}",
                               progress.evaluations, text_of(weights)));
    }
    if (progress.event != Event::none) {
      display_.say(
          fmt::format("evaluation {}: {}", progress.evaluations, describe(progress.event)));
    }
    display_.update(progress.evaluations, done, values);
    log_.write(step, display_.seconds());
    const int every = request_.output.save_every;
    if (every > 0 && progress.evaluations / every > saved_) {
      saved_ = progress.evaluations / every;
      save(picture_at(step), intermediate_path(request_.output.path, saved_ * every));
    }
    const Next next = page_ == nullptr ? Next{} : ask_page(step);
    return guard_.interrupted() ? Next{Then::kStop} : next;
  }

  void write(const Picture& picture, const std::string& path) const {
    write_result(path, picture, request_.output.bits, problem_, engine_, request_.command_line,
                 page_ == nullptr ? "" : page_->steered());
  }
  /// The last word, on the page too if there is one.
  void conclude(const Picture& picture, const std::string& message) {
    display_.say(message);
    if (page_ != nullptr) page_->end(picture, message);
  }
  double seconds() const { return display_.seconds(); }

 private:
  Picture picture_at(const Step& step) const {
    Picture picture = Picture::black(step.width, step.height);
    engine_.device->download(picture.rgb.data(), step.progress.x,
                             picture.rgb.size() * sizeof(float));
    return problem_.finished(resize(picture, problem_.start.width, problem_.start.height));
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
  const InterruptGuard guard_;
  ProgressDisplay display_;
  RunLog log_;
  int saved_ = 0;
  int width_ = 0;  ///< of the size that the run is at
};

}  // namespace

int run(const RunRequest& request) {
  check_output(request.output);
  std::optional<ServedRun> page;
  if (!request.output.serve.empty()) page.emplace(request.output.serve);
  const Settings& settings = request.settings;
  Engine engine = make_engine(make_device(settings.device), settings.device, settings.network);
  const ProblemSpec problem = read_problem(request, engine);
  check_picture_path(request.output.path, request.output.bits, problem.alpha.has_value());
  check_files(request, engine, problem.minimizer.most_evaluations());
  check_scales(problem);
  check_regions(problem, engine);
  const double bytes = check_memory(problem, engine);
  if (page) {
    page->open(problem, engine.model(), request.output.path,
               result_text(problem, engine, request.command_line));
  }
  Watcher watcher(request, engine, problem, bytes, page ? &*page : nullptr);
  const Optimized optimized = optimize(engine, problem, std::ref(watcher));
  write_or_rescue(request.output.path,
                  [&](const std::string& path) { watcher.write(optimized.picture, path); });

  const Result& result = optimized.result;
  const bool interrupted = result.reason == Reason::stopped_by_caller;
  watcher.conclude(optimized.picture,
                   fmt::format("{}{}: {}, loss {:.6g} after {} evaluations, {}{}",
                               interrupted ? "interrupted, wrote " : "wrote ", request.output.path,
                               size_text(optimized.picture), result.value.total, result.evaluations,
                               duration_text(watcher.seconds()),
                               interrupted || result.reason == Reason::budget
                                   ? ""
                                   : fmt::format(" ({})", describe(result.reason))));
  return interrupted ? kExitInterrupted : 0;
}

}  // namespace vggstyle

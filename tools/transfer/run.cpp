#include "tools/transfer/run.h"

#include <fmt/format.h>

#include <filesystem>

#include "tools/cli/interrupt.h"
#include "tools/session/optimization.h"
#include "tools/session/result_file.h"
#include "tools/session/sizes.h"
#include "tools/transfer/progress.h"
#include "tools/transfer/run_inputs.h"
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

void write_picture(const RunRequest& request, const RunInputs& inputs, const Picture& picture,
                   const std::string& path) {
  write_result(path, picture, request.output.bits, inputs.engine, request.command_line,
               inputs.optimization.search.seed);
}

std::string description(const RunInputs& inputs, double bytes) {
  const auto& [engine, optimization] = inputs;
  std::string styles;
  for (const Picture& style : optimization.styles) {
    styles += (styles.empty() ? ", style " : " and ") + size_text(style);
  }
  return fmt::format("{}: {}; {}; {} pixels{}, {:.0f} MB planned", engine.device->id(),
                     engine.device->name(), engine.explanation, size_text(optimization.start),
                     styles, bytes / 0x1p20);
}

/// What happens after each accepted step: tell, log, save, and notice Ctrl-C.
class Watcher {
 public:
  Watcher(const RunRequest& request, const RunInputs& inputs, double bytes,
          const InterruptGuard& guard)
      : request_(request),
        inputs_(inputs),
        bytes_(bytes),
        guard_(guard),
        display_(request.output.quiet, inputs.optimization.search.iterations),
        log_(request.output.log, inputs.engine.weights.model, inputs.optimization.spec) {}

  bool operator()(const Progress& progress, const LossValues& terms) {
    if (progress.iterations == 0) display_.say(description(inputs_, bytes_));
    if (progress.event != Event::none) {
      display_.say(
          fmt::format("evaluation {}: {}", progress.evaluations, describe(progress.event)));
    }
    display_.update(progress.evaluations, terms);
    log_.write(progress, terms, display_.seconds());
    const int every = request_.output.save_every;
    if (every > 0 && progress.evaluations / every > saved_) {
      saved_ = progress.evaluations / every;
      write(progress.x, intermediate_path(request_.output.path, saved_ * every));
    }
    return !guard_.interrupted();
  }

  ProgressDisplay& display() { return display_; }

 private:
  void write(const float* pixels, const std::string& path) const {
    Picture picture = inputs_.optimization.start;
    inputs_.engine.device->download(picture.rgb.data(), pixels, picture.rgb.size() * sizeof(float));
    write_picture(request_, inputs_, picture, path);
  }

  const RunRequest& request_;
  const RunInputs& inputs_;
  double bytes_;
  const InterruptGuard& guard_;
  ProgressDisplay display_;
  RunLog log_;
  int saved_ = 0;
};

}  // namespace

int run(const RunRequest& request) {
  RunInputs inputs = prepare(request);
  const double bytes = check_memory(inputs.optimization, inputs.engine);
  const InterruptGuard guard;

  Watcher watcher(request, inputs, bytes, guard);
  const Optimized optimized = optimize(inputs.engine, inputs.optimization, std::ref(watcher));
  write_picture(request, inputs, optimized.picture, request.output.path);

  const Result& result = optimized.result;
  const bool interrupted = result.reason == Reason::stopped_by_caller;
  watcher.display().say(fmt::format("{}{}: {}, loss {:.6g} after {} evaluations, {}{}",
                                    interrupted ? "interrupted, wrote " : "wrote ",
                                    request.output.path, size_text(optimized.picture), result.value,
                                    result.evaluations, duration_text(watcher.display().seconds()),
                                    interrupted || result.reason == Reason::budget
                                        ? ""
                                        : fmt::format(" ({})", describe(result.reason))));
  return interrupted ? kExitInterrupted : 0;
}

}  // namespace vggstyle

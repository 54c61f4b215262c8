#include "tools/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "net/graph.h"
#include "runtime/error.h"
#include "tools/interrupt.h"
#include "tools/invocation.h"
#include "tools/overflow.h"
#include "tools/pictures/write.h"
#include "tools/progress.h"
#include "tools/run_inputs.h"
#include "tools/run_log.h"
#include "tools/run_memory.h"
#include "tools/sizes.h"
#include "tools/style_objective.h"
#include "tools/style_targets.h"

namespace vggstyle {
namespace {

constexpr int kExitInterrupted = 130;

/// The pixels on the device, and the way back to a file.
class Canvas {
 public:
  Canvas(RunInputs& inputs, const RunRequest& request)
      : request_(request),
        inputs_(inputs),
        buffer_(*inputs.engine.device, inputs.start.rgb.size() * sizeof(float)) {
    inputs.engine.device->upload(pixels(), inputs.start.rgb.data(), buffer_.bytes());
  }

  float* pixels() { return buffer_.as<float>(); }

  void write(const float* pixels, const std::string& path) const {
    Picture picture = Picture::black(inputs_.start.width, inputs_.start.height);
    inputs_.engine.device->download(picture.rgb.data(), pixels, buffer_.bytes());
    const std::vector<std::pair<std::string, std::string>> text = {
        {"Software", fmt::format("vggstyle {}", version())},
        {"Command", request_.command_line},
        {"Weights", inputs_.engine.weights.id + " (" + inputs_.engine.weights.kind + ")"},
        {"Seed", std::to_string(inputs_.search.seed)},
        {"Device", inputs_.engine.device->name()}};
    write_png(path, picture, request_.output.bits, text);
  }

 private:
  const RunRequest& request_;
  RunInputs& inputs_;
  Buffer buffer_;
};

/// NAME-0050.png beside NAME.png.
std::string intermediate_path(const std::string& path, int evaluation) {
  const std::filesystem::path name(path);
  const std::string file =
      fmt::format("{}-{:04}{}", name.stem().string(), evaluation, name.extension().string());
  return (name.parent_path() / file).string();
}

/// What happens after each accepted step: tell, log, save, and notice Ctrl-C.
class Watcher {
 public:
  Watcher(const RunRequest& request, const RunInputs& inputs, const StyleObjective& objective,
          const Canvas& canvas, const InterruptGuard& guard)
      : request_(request),
        objective_(objective),
        canvas_(canvas),
        guard_(guard),
        display_(request.output.quiet, inputs.search.iterations),
        log_(request.output.log, inputs.engine.weights.model, inputs.spec) {}

  bool operator()(const Progress& progress) {
    const LossValues& terms = objective_.terms_of(progress.value);
    if (progress.event != Event::none) {
      display_.say(
          fmt::format("evaluation {}: {}", progress.evaluations, describe(progress.event)));
    }
    display_.update(progress.evaluations, terms);
    log_.write(progress, terms, display_.seconds());
    const int every = request_.output.save_every;
    if (every > 0 && progress.evaluations / every > saved_) {
      saved_ = progress.evaluations / every;
      canvas_.write(progress.x, intermediate_path(request_.output.path, saved_ * every));
    }
    return !guard_.interrupted();
  }

  ProgressDisplay& display() { return display_; }

 private:
  const RunRequest& request_;
  const StyleObjective& objective_;
  const Canvas& canvas_;
  const InterruptGuard& guard_;
  ProgressDisplay display_;
  RunLog log_;
  int saved_ = 0;
};

void say_what_runs(const RunRequest& request, const RunInputs& inputs, double bytes) {
  if (request.output.quiet) return;
  std::string styles;
  for (const Picture& style : inputs.styles) {
    styles += (styles.empty() ? ", style " : " and ") + size_text(style);
  }
  fmt::print(stderr, "{}: {}; {}; {} pixels{}, {:.0f} MB planned\n", inputs.engine.device->id(),
             inputs.engine.device->name(), inputs.engine.explanation, size_text(inputs.start),
             styles, bytes / 0x1p20);
}

/// The parts are allocated one by one, and a processor's memory counts as taken only once it is
/// used: without this, a run could die halfway. Returns the bytes that the run will take.
double check_memory(const RunInputs& inputs) {
  RunShape shape{
      inputs.engine.weights.model, inputs.spec, inputs.search, {}, inputs.engine.storage()};
  for (const Picture& style : inputs.styles) shape.styles.push_back({style.width, style.height});
  const PictureSize size{inputs.start.width, inputs.start.height};
  const double bytes = run_bytes(shape, size);
  const auto available = static_cast<double>(inputs.engine.device->available_memory());
  if (bytes <= available) return bytes;
  const PictureSize largest = largest_size(shape, size, available);
  throw InputError(fmt::format("this run needs {:.0f} MB of memory and {:.0f} MB are free: {}",
                               bytes / 0x1p20, available / 0x1p20,
                               largest.first == 0
                                   ? "use a smaller --style-size, fewer layers or less --history"
                                   : fmt::format("--size {} is the largest that fits",
                                                 std::max(largest.first, largest.second))));
}

}  // namespace

int run(const RunRequest& request) {
  RunInputs inputs = prepare(request);
  Engine& engine = inputs.engine;
  const double bytes = check_memory(inputs);
  Graph graph(*engine.backend, engine.weights, inputs.start.height, inputs.start.width, inputs.spec,
              {.with_gradient = true,
               .divide_terms_by_value = inputs.search.divides_terms(inputs.spec.normalization),
               .balance = choose_units(engine, inputs.spec, inputs.start, inputs.content,
                                       inputs.styles, inputs.blend)});
  Canvas canvas(inputs, request);
  const InterruptGuard guard;
  set_targets(graph, engine, inputs.content, inputs.styles, inputs.blend);
  say_what_runs(request, inputs, bytes);

  StyleObjective objective(graph);
  Watcher watcher(request, inputs, objective, canvas, guard);
  const Result result = minimize(inputs.search, objective, engine.backend->vector_ops(),
                                 canvas.pixels(), std::ref(watcher));
  if (result.reason == Reason::not_finite) {
    const Buffer gradient(*engine.device, inputs.start.rgb.size() * sizeof(float));
    check_finite(graph, std::numeric_limits<double>::quiet_NaN(), canvas.pixels(),
                 gradient.as<float>());
  }
  canvas.write(canvas.pixels(), request.output.path);

  const bool interrupted = result.reason == Reason::stopped_by_caller;
  watcher.display().say(fmt::format("{}{}: {}, loss {:.6g} after {} evaluations, {}{}",
                                    interrupted ? "interrupted, wrote " : "wrote ",
                                    request.output.path, size_text(inputs.start), result.value,
                                    result.evaluations, duration_text(watcher.display().seconds()),
                                    interrupted || result.reason == Reason::budget
                                        ? ""
                                        : fmt::format(" ({})", describe(result.reason))));
  return interrupted ? kExitInterrupted : 0;
}

}  // namespace vggstyle

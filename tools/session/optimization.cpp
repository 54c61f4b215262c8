#include "tools/session/optimization.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "runtime/error.h"
#include "tools/session/overflow.h"
#include "tools/session/style_objective.h"
#include "tools/session/style_targets.h"

namespace vggstyle {
namespace {

RunShape shape_of(const Optimization& optimization, const Engine& engine) {
  RunShape shape{
      engine.weights.model, optimization.spec, optimization.search, {}, engine.storage()};
  for (const Picture& style : optimization.styles) {
    shape.styles.push_back({style.width, style.height});
  }
  return shape;
}

PictureSize size_of(const Optimization& optimization) {
  return {optimization.start.width, optimization.start.height};
}

}  // namespace

double memory_needed(const Optimization& optimization, const Engine& engine) {
  return run_bytes(shape_of(optimization, engine), size_of(optimization));
}

double check_memory(const Optimization& optimization, const Engine& engine) {
  // The parts are allocated one by one, and a processor's memory counts as taken only once it is
  // used: without this, a run could die halfway.
  const RunShape shape = shape_of(optimization, engine);
  const double bytes = run_bytes(shape, size_of(optimization));
  const auto available = static_cast<double>(engine.device->available_memory());
  if (bytes <= available) return bytes;
  const PictureSize largest = largest_size(shape, size_of(optimization), available);
  throw InputError(fmt::format("this run needs {:.0f} MB of memory and {:.0f} MB are free: {}",
                               bytes / 0x1p20, available / 0x1p20,
                               largest.first == 0
                                   ? "use a smaller --style-size, fewer layers or less --history"
                                   : fmt::format("--size {} is the largest that fits",
                                                 std::max(largest.first, largest.second))));
}

Optimized optimize(Engine& engine, const Optimization& optimization, const StepCallback& callback) {
  const auto& [spec, search, content, styles, blend, start] = optimization;
  Graph graph(*engine.backend, engine.weights, start.height, start.width, spec,
              {.with_gradient = true,
               .divide_terms_by_value = search.divides_terms(spec.normalization),
               .balance = choose_units(engine, spec, start, content, styles, blend)});
  set_targets(graph, engine, content, styles, blend);

  const Buffer pixels(*engine.device, start.rgb.size() * sizeof(float));
  engine.device->upload(pixels.data(), start.rgb.data(), pixels.bytes());
  StyleObjective objective(graph);
  Optimized optimized{Picture::black(start.width, start.height), {}, {}, {}};
  optimized.result = minimize(search, objective, engine.backend->vector_ops(), pixels.as<float>(),
                              [&](const Progress& progress) {
                                const LossValues& terms = objective.terms_of(progress.value);
                                if (progress.iterations == 0) optimized.first = terms;
                                return callback(progress, terms);
                              });
  optimized.last = objective.terms_of(optimized.result.value);
  if (optimized.result.reason == Reason::not_finite) {
    const Buffer gradient(*engine.device, pixels.bytes());
    check_finite(graph, std::numeric_limits<double>::quiet_NaN(), pixels.as<float>(),
                 gradient.as<float>());
  }
  engine.device->download(optimized.picture.rgb.data(), pixels.data(), pixels.bytes());
  return optimized;
}

}  // namespace vggstyle

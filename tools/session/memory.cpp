#include "tools/session/memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/error.h"
#include "tools/pictures/resize.h"
#include "tools/session/optimize.h"
#include "tools/session/settings/defaults.h"

namespace vggstyle {
namespace {

Shape pixels_of(PictureSize size) {
  return {3, size.second, size.first};
}

PictureSize size_of(const Picture& picture) {
  return {picture.width, picture.height};
}

}  // namespace

MemoryFacts memory_facts(const ProblemSpec& spec, const Engine& engine) {
  const bool masked = std::ranges::any_of(spec.style_masks, [](const auto& m) { return bool(m); });
  MemoryFacts facts{engine.model(),           spec.loss, spec.minimizer, {}, masked,
                    engine.backend->storage()};
  for (const Picture& style : spec.styles) facts.styles.push_back(size_of(style));
  return facts;
}

GraphPlan plan_run(const MemoryFacts& facts, PictureSize size) {
  return plan_graph(facts.model, pixels_of(size), facts.loss, facts.storage);
}

double run_bytes(const MemoryFacts& facts, PictureSize size) {
  double style_bytes = 0;
  if (facts.loss[LossKind::kStyle].weight > 0) {
    LossSpec of_style = facts.loss;
    of_style.regions = facts.masked_styles ? 1 : 0;
    of_style.content_weights = false;
    for (const PictureSize& style : facts.styles) {
      // As much as the run's own, before its optimiser is there.
      if (style == size && !facts.masked_styles) continue;
      const GraphPlan plan =
          plan_graph(facts.model, pixels_of(style), of_style, facts.storage, false);
      style_bytes = std::max(style_bytes, plan.memory_bytes());
    }
  }
  const double vectors = device_vectors(facts.minimizer) + 1;  // and the picture itself
  return plan_run(facts, size).memory_bytes() +
         vectors * static_cast<double>(pixels_of(size).elements()) * sizeof(float) + style_bytes;
}

PictureSize largest_size(const MemoryFacts& facts, PictureSize size, double available) {
  constexpr int kStep = 8;
  const auto scaled = [size](int steps) {
    return fit_longest_side(size.first, size.second, steps * kStep);
  };
  // Bytes grow with the size: the last number of steps that fits.
  int fits = 0, too_many = kLargestSize / kStep + 1;
  while (too_many - fits > 1) {
    const int middle = (fits + too_many) / 2;
    (run_bytes(facts, scaled(middle)) <= available ? fits : too_many) = middle;
  }
  return fits == 0 ? PictureSize{0, 0} : scaled(fits);
}

double check_memory(const ProblemSpec& spec, const Engine& engine) {
  // The parts are allocated one by one, and a processor's memory counts as taken only once it is
  // used: without this, a run could die halfway.
  const MemoryFacts facts = memory_facts(spec, engine);
  const double bytes = run_bytes(facts, size_of(spec.start));
  const auto available = static_cast<double>(engine.device->available_memory());
  if (bytes <= available) return bytes;
  const PictureSize largest = largest_size(facts, size_of(spec.start), available);
  throw InputError(fmt::format("this run needs {:.0f} MB of memory and {:.0f} MB are free: {}",
                               bytes / 0x1p20, available / 0x1p20,
                               largest.first == 0
                                   ? "use a smaller --style-size, fewer layers or less --history"
                                   : fmt::format("--size {} is the largest that fits",
                                                 std::max(largest.first, largest.second))));
}

}  // namespace vggstyle

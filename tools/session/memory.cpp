#include "tools/session/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "runtime/ranks/texts.h"
#include "tools/pictures/resize.h"
#include "tools/session/minimize.h"
#include "tools/session/settings/defaults.h"

namespace vggstyle {
namespace {

Shape pixels_of(PictureSize size) {
  return {3, size.second, size.first};
}

PictureSize size_of(const Picture& picture) {
  return {picture.width, picture.height};
}

/// What a run in tiles takes of what is free: its parts are not known to the byte.
constexpr double kShareOfFree = 0.9;

/// The optimiser's vectors and the picture itself.
double vectors_bytes(const MemoryFacts& facts, PictureSize size) {
  const double bytes = static_cast<double>(pixels_of(size).elements()) * sizeof(float);
  const double vectors = device_vectors(facts.minimizer) + 1;
  if (facts.ranks == 1) return vectors * bytes;
  int rows = 0;
  for (const TilePlan& plan :
       plan_tiles(facts.model, facts.loss, pixels_of(size), 0, true, facts.ranks)) {
    rows = std::max(rows, plan.band.size());
  }
  // A pyramid has its slabs, too, and whole the level at which bands cannot be halved.
  const int halved = tile_alignment(facts.model, deepest_layer(facts.loss));
  const bool pyramid = facts.minimizer.preconditioner == Preconditioning::kPyramid;
  const double gathered = pyramid ? (3 + 1.0 / 3) / (halved * halved) : 0;
  const double saved = 1;  // a vector of a checkpoint, whole
  return (vectors + (pyramid ? 1 : 0)) * bytes * rows / size.second + (gathered + saved) * bytes;
}

/// How many ranks have the memory of this one's device.
double sharing_device(const Engine& engine) {
  Ranks& ranks = *engine.ranks;
  const std::string id = engine.device->id();
  const auto same = std::ranges::count(gather_texts(ranks, id), id);
  // Each machine names its devices alike.
  return std::max(1.0, std::ceil(static_cast<double>(same) * ranks.local_size() / ranks.size()));
}

/// What every rank can have.
double free_bytes(const Engine& engine) {
  const auto free = static_cast<double>(engine.device->available_memory());
  if (engine.ranks == nullptr) return free;
  const double own = free / sharing_device(engine);
  return std::ranges::min(engine.ranks->gather({&own, 1}));
}

bool can_be_tiled(const MemoryFacts& facts, PictureSize size) {
  if (facts.precision == Precision::kFloat16) return false;
  const int alignment = tile_alignment(facts.model, deepest_layer(facts.loss));
  return facts.loss.padding != Padding::kCircular ||
         (size.first % alignment == 0 && size.second % alignment == 0);
}

[[noreturn]] void refuse(const MemoryFacts& facts, PictureSize size, double most) {
  const bool in_tiles = can_be_tiled(facts, size);
  const int least = least_window(facts.model, deepest_layer(facts.loss), true);
  const PictureSize largest = largest_size(facts, size, most, in_tiles);
  throw InputError(fmt::format("this run needs {:.0f} MB of memory{} and {:.0f} MB may be used: {}",
                               run_bytes(facts, size, in_tiles ? least : 0) / 0x1p20,
                               in_tiles ? " even in tiles" : "", most / 0x1p20,
                               largest.first == 0
                                   ? "use a smaller --style-size, fewer layers or less --history"
                                   : fmt::format("--size {} is the largest that fits",
                                                 std::max(largest.first, largest.second))));
}

}  // namespace

MemoryFacts memory_facts(const ProblemSpec& spec, Model model, Backend& backend, int ranks) {
  const bool masked = std::ranges::any_of(spec.style_masks, [](const auto& m) { return bool(m); });
  MemoryFacts facts{model,  spec.loss,         spec.minimizer,      {},
                    masked, backend.storage(), backend.precision(), ranks};
  for (const Picture& style : spec.styles) facts.styles.push_back(size_of(style));
  return facts;
}

MemoryFacts memory_facts(const ProblemSpec& spec, const Engine& engine) {
  return memory_facts(spec, engine.model(), *engine.backend,
                      engine.ranks != nullptr ? engine.ranks->size() : 1);
}

GraphPlan plan_run(const MemoryFacts& facts, PictureSize size) {
  return plan_graph(facts.model, pixels_of(size), facts.loss, facts.storage);
}

double run_bytes(const MemoryFacts& facts, PictureSize size, int tile) {
  double style_bytes = 0;
  if (facts.loss[LossKind::kStyle].weight > 0) {
    for (const PictureSize& style : facts.styles) {
      // As much as the run's own, before its optimiser is there.
      if (style == size && !facts.masked_styles) continue;
      const LossSpec loss = loss_of_style(facts.loss, facts.masked_styles);
      // A graph in tiles has no place for the picture, which is there beside it.
      const bool in_tiles = tile > 0 && std::max(style.first, style.second) > tile;
      const double picture =
          in_tiles ? static_cast<double>(pixels_of(style).elements()) * sizeof(float) : 0;
      style_bytes = std::max(style_bytes, picture + graph_bytes(facts.model, pixels_of(style), loss,
                                                                facts.storage, false, tile));
    }
  }
  return graph_bytes(facts.model, pixels_of(size), facts.loss, facts.storage, true, tile,
                     facts.ranks) +
         vectors_bytes(facts, size) + style_bytes;
}

int find_tile(const MemoryFacts& facts, PictureSize size, double bytes) {
  if (run_bytes(facts, size) <= bytes) return 0;
  int longest = std::max(size.first, size.second);
  for (const PictureSize& style : facts.styles) {
    longest = std::max({longest, style.first, style.second});
  }
  const int least = least_window(facts.model, deepest_layer(facts.loss), true);
  if (!can_be_tiled(facts, size) || least >= longest || run_bytes(facts, size, least) > bytes) {
    return -1;
  }
  int fits = least, too_large = longest;
  while (too_large - fits > 1) {
    const int middle = (fits + too_large) / 2;
    (run_bytes(facts, size, middle) <= bytes ? fits : too_large) = middle;
  }
  return fits;
}

int tile_of(const MemoryFacts& facts, PictureSize size, double memory) {
  return memory > 0 ? std::max(find_tile(facts, size, memory), 0) : 0;
}

Tiling tiling_of(const MemoryFacts& facts, PictureSize size, int tile) {
  const Shape pixels = pixels_of(size);
  Tiling tiling{0, 0};
  for (const TilePlan& plan :
       plan_tiles(facts.model, facts.loss, pixels, tile, true, facts.ranks)) {
    tiling.tiles += plan.tiles.size();
    tiling.work += static_cast<double>(plan.tiles.size() * plan.window.positions()) /
                   static_cast<double>(pixels.positions());
  }
  return tiling;
}

std::string text_of(const Tiling& tiling) {
  return fmt::format("{} tiles, {:.1f} times the work", tiling.tiles, tiling.work);
}

PictureSize largest_size(const MemoryFacts& facts, PictureSize size, double available,
                         bool in_tiles) {
  constexpr int kStep = 8;
  const auto scaled = [size](int steps) {
    return fit_longest_side(size.first, size.second, steps * kStep);
  };
  const int least = least_window(facts.model, deepest_layer(facts.loss), true);
  const int alignment = tile_alignment(facts.model, deepest_layer(facts.loss));
  const auto fits_in = [&](PictureSize s) {
    if (facts.ranks > 1 && s.second / alignment < facts.ranks) return false;
    return run_bytes(facts, s) <= available ||
           (in_tiles && can_be_tiled(facts, s) && run_bytes(facts, s, least) <= available);
  };
  // Bytes grow with the size: the last number of steps that fits.
  int fits = 0, too_many = kLargestSize / kStep + 1;
  while (too_many - fits > 1) {
    const int middle = (fits + too_many) / 2;
    (fits_in(scaled(middle)) ? fits : too_many) = middle;
  }
  return fits == 0 ? PictureSize{0, 0} : scaled(fits);
}

void choose_memory(ProblemSpec& spec, const Engine& engine) {
  const double free = free_bytes(engine);
  if (spec.memory > 0 || run_bytes(memory_facts(spec, engine), size_of(spec.start)) <= free) return;
  const double memory = std::floor(kShareOfFree * free / 0x1p20) * 0x1p20;
  if (find_tile(memory_facts(spec, engine), size_of(spec.start), memory) > 0) spec.memory = memory;
}

double planned_bytes(const ProblemSpec& spec, const Engine& engine) {
  const MemoryFacts facts = memory_facts(spec, engine);
  const PictureSize size = size_of(spec.start);
  const double bytes = run_bytes(facts, size, tile_of(facts, size, spec.memory));
  if (spec.memory > 0 && bytes > spec.memory) refuse(facts, size, spec.memory);
  return bytes;
}

// Parts are allocated one by one, and a processor's memory counts as taken only once it is used: without
// this check, a run could die halfway.
double check_memory(const ProblemSpec& spec, const Engine& engine) {
  const double bytes = planned_bytes(spec, engine);
  const double free = free_bytes(engine);
  if (bytes > free) refuse(memory_facts(spec, engine), size_of(spec.start), free);
  return bytes;
}

}  // namespace vggstyle

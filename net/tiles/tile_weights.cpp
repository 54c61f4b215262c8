#include "net/tiles/tile_weights.h"

#include <numeric>

#include "runtime/error.h"

namespace vggstyle {
namespace {

Shape positions_of(Shape shape) {
  return {1, shape.height, shape.width};
}

}  // namespace

TileWeights::TileWeights(const TilePlan& tiles, const GraphPlan& whole, const GraphPlan& window,
                         const RegionWeights& regions)
    : tiles_(tiles), regions_(regions) {
  std::vector<int> all = regions.regions();
  all.push_back(kWholePicture);
  for (const int region : all) {
    int stride = 1;
    levels_.push_back({region, stride, positions_of(whole.pixels), positions_of(window.pixels)});
    for (std::size_t i = 0; i < window.layers.size(); ++i) {
      if (!window.layers[i].has_pool()) continue;
      stride *= 2;
      levels_.push_back({region, stride, positions_of(whole.layers[i].pooled),
                         positions_of(window.layers[i].pooled)});
    }
  }
}

void TileWeights::reserve(Arena& arena) {
  for (Level& level : levels_) {
    arena.reserve(level.core, level.window.positions() * sizeof(float));
    if (level.region != kWholePicture) {
      arena.reserve(level.all, level.window.positions() * sizeof(float));
    }
  }
}

void TileWeights::load(Device& device, const Tile& tile) {
  for (Level& level : levels_) load(device, tile, level);
}

void TileWeights::load(Device& device, const Tile& tile, Level& level) {
  const TileLevel at = at_level(tile, tiles_, level.stride, level.whole);
  const float* region =
      level.region == kWholePicture ? nullptr : regions_.on_host(level.region, level.whole).data();
  std::vector<float> all, core;
  for (int y = 0; y < level.window.height; ++y) {
    const int row = wrapped(at.rows.window + y, level.whole.height) * level.whole.width;
    for (int x = 0; x < level.window.width; ++x) {
      const int column = wrapped(at.columns.window + x, level.whole.width);
      all.push_back(region == nullptr ? 1.0F : region[row + column]);
      core.push_back(at.rows.core.holds(y) && at.columns.core.holds(x) ? all.back() : 0.0F);
    }
  }
  const std::size_t bytes = level.window.positions() * sizeof(float);
  level.core_sum = std::accumulate(core.begin(), core.end(), 0.0);
  level.sum = std::accumulate(all.begin(), all.end(), 0.0);
  device.upload(level.core, core.data(), bytes);
  if (level.all != nullptr) device.upload(level.all, all.data(), bytes);
}

const TileWeights::Level& TileWeights::at(int region, const Shape& window) const {
  for (const Level& level : levels_) {
    if (level.region == region && level.window.height == window.height &&
        level.window.width == window.width) {
      return level;
    }
  }
  throw InternalError("a tile has no weights of this size");
}

PositionWeights TileWeights::of_core(int region, const Shape& window) const {
  const Level& level = at(region, window);
  return {level.core, level.core_sum};
}

PositionWeights TileWeights::of_window(int region, const Shape& window) const {
  if (region == kWholePicture) return {};
  const Level& level = at(region, window);
  return {level.all, level.sum};
}

}  // namespace vggstyle

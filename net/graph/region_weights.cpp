#include "net/graph/region_weights.h"

#include <numeric>

#include "kernels/pool2x2.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

/// Statistics of less than a position are no statistics.
constexpr double kLeastSum = 1;

std::vector<float> pooled(const std::vector<float>& weights, const Shape& from, const Shape& to) {
  std::vector<float> result;
  result.reserve(to.positions());
  const auto width = static_cast<std::size_t>(from.width);
  for (int y = 0; y < to.height; ++y) {
    for (int x = 0; x < to.width; ++x) {
      const float* at =
          weights.data() + 2 * (static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x));
      result.push_back((at[0] + at[1] + at[width] + at[width + 1]) / 4);
    }
  }
  return result;
}

}  // namespace

RegionWeights::RegionWeights(const std::vector<StyleRegion>& regions, const GraphPlan& plan) {
  for (std::size_t r = 0; r < regions.size(); ++r) {
    Level level{static_cast<int>(r),
                {1, plan.pixels.height, plan.pixels.width},
                regions[r].weights,
                nullptr,
                0};
    if (level.weights.size() != level.shape.positions()) {
      throw InternalError("region " + regions[r].name + " does not have the picture's size");
    }
    const auto add = [&] {
      level.sum = std::accumulate(level.weights.begin(), level.weights.end(), 0.0);
      levels_.push_back(level);
    };
    const auto check = [&](const std::string& layer) {
      if (level.sum >= kLeastSum) return;
      throw InputError("region " + regions[r].name + " covers less than one position of " + layer +
                       ": use a larger region, a larger --size or --style-size, fewer --scales, or "
                       "style layers before it");
    };
    add();
    check(layer_name(plan.model, kPixelLayer));
    shares_.push_back(level.sum / static_cast<double>(level.shape.positions()));
    for (const LayerPlan& layer : plan.layers) {
      for (const LossTerm& term : plan.terms) {
        if (term.region == level.region && term.layer == layer.layer) check(layer.name);
      }
      if (!layer.has_pool()) continue;
      const Shape to{1, layer.pooled.height, layer.pooled.width};
      level.weights = pooled(level.weights, level.shape, to);
      level.shape = to;
      add();
    }
  }
}

void RegionWeights::reserve(Arena& arena) {
  for (Level& level : levels_) {
    arena.reserve(level.on_device, level.weights.size() * sizeof(float));
  }
}

void RegionWeights::upload(Device& device) {
  for (Level& level : levels_) {
    device.upload(level.on_device, level.weights.data(), level.weights.size() * sizeof(float));
    level.weights = {};
  }
}

PositionWeights RegionWeights::at(int region, const Shape& shape) const {
  if (region == kWholePicture) return {};
  for (const Level& level : levels_) {
    if (level.region == region && level.shape.height == shape.height &&
        level.shape.width == shape.width) {
      return {level.on_device, level.sum};
    }
  }
  throw InternalError("a region has no weights of this size");
}

}  // namespace vggstyle

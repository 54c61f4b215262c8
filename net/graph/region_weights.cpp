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

RegionWeights::RegionWeights(const std::vector<StyleRegion>& regions,
                             const std::vector<float>& content, const GraphPlan& plan) {
  for (std::size_t r = 0; r < regions.size(); ++r) {
    add(static_cast<int>(r), "region " + regions[r].name, regions[r].weights, plan);
  }
  if (!content.empty()) add(kContentWeights, "what counts of the content", content, plan);
}

void RegionWeights::add(int region, const std::string& name, const std::vector<float>& weights,
                        const GraphPlan& plan) {
  Level level{region, {1, plan.pixels.height, plan.pixels.width}, weights, nullptr, 0};
  if (weights.size() != level.shape.positions()) {
    throw InternalError(name + " does not have the picture's size");
  }
  const auto add_level = [&] {
    level.sum = std::accumulate(level.weights.begin(), level.weights.end(), 0.0);
    levels_.push_back(level);
  };
  const auto check = [&](const std::string& layer) {
    if (level.sum >= kLeastSum) return;
    throw InputError(name + " covers less than one position of " + layer +
                     ": use a larger region, a larger --size or --style-size, fewer --scales, or "
                     "layers before it");
  };
  add_level();
  check(layer_name(plan.model, kPixelLayer));
  shares_[region] = level.sum / static_cast<double>(level.shape.positions());
  for (const LayerPlan& layer : plan.layers) {
    for (const LossTerm& term : plan.terms) {
      if (term.region == region && term.layer == layer.layer) check(layer.name);
    }
    if (!layer.has_pool()) continue;
    const Shape to{1, layer.pooled.height, layer.pooled.width};
    level.weights = pooled(level.weights, level.shape, to);
    level.shape = to;
    add_level();
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

std::vector<int> RegionWeights::regions() const {
  std::vector<int> result;
  for (const auto& entry : shares_) result.push_back(entry.first);
  return result;
}

std::size_t RegionWeights::host_bytes() const {
  std::size_t elements = 0;
  for (const Level& level : levels_) elements += level.weights.size();
  return elements * sizeof(float);
}

const RegionWeights::Level& RegionWeights::level(int region, const Shape& shape) const {
  for (const Level& level : levels_) {
    if (level.region == region && level.shape.height == shape.height &&
        level.shape.width == shape.width) {
      return level;
    }
  }
  throw InternalError("a region has no weights of this size");
}

PositionWeights RegionWeights::at(int region, const Shape& shape) const {
  if (region == kWholePicture) return {};
  const Level& found = level(region, shape);
  return {found.on_device, found.sum};
}

}  // namespace vggstyle

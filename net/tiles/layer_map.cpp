#include "net/tiles/layer_map.h"

#include <algorithm>

#include "net/tiles/bands.h"

namespace vggstyle {
namespace {

/// Of row `y` of channel `c`.
std::size_t row_of(Shape shape, int c, int y) {
  return static_cast<std::size_t>(c * shape.height + y) * static_cast<std::size_t>(shape.width);
}

void add_up(std::vector<double>& sums, Ranks* ranks) {
  if (ranks != nullptr) ranks->sum(sums);
}

}  // namespace

LayerMap::LayerMap(const TilePlan& plan, int stride, Shape level)
    : plan_(plan),
      stride_(stride),
      level_(level),
      rows_{plan.band.begin / stride,
            plan.band.end == plan.picture.height ? level.height : plan.band.end / stride},
      values_(Shape{level.channels, rows_.size(), level.width}.elements()) {}

void LayerMap::take(const Tile& tile, const std::vector<float>& activations, Shape window) {
  const auto [rows, columns] = at_level(tile, plan_, stride_, level_);
  const Shape here{level_.channels, rows_.size(), level_.width};
  for (int c = 0; c < level_.channels; ++c) {
    for (int y = rows.core.begin; y < rows.core.end; ++y) {
      const float* from = activations.data() + row_of(window, c, y);
      std::copy(from + columns.core.begin, from + columns.core.end,
                values_.data() + row_of(here, c, rows.window + y - rows_.begin) + columns.window +
                    columns.core.begin);
    }
  }
}

void LayerMap::complete(Ranks& ranks) {
  Interval slab = rows_;
  for (const Tile& tile : plan_.tiles) {
    const int begin = at_level(tile, plan_, stride_, level_).rows.window;
    slab.begin = std::min(slab.begin, begin);
    slab.end = std::max(slab.end, std::min(begin + plan_.window.height / stride_, level_.height));
  }
  values_ = RowExchange(ranks, rows_, slab).run(values_, level_.channels, level_.width);
  rows_ = slab;
}

std::vector<float> LayerMap::window_of(const Tile& tile, Shape window) const {
  const TileLevel at = at_level(tile, plan_, stride_, level_);
  const Shape here{level_.channels, rows_.size(), level_.width};
  std::vector<float> result(window.elements());
  float* to = result.data();
  for (int c = 0; c < level_.channels; ++c) {
    for (int y = 0; y < window.height; ++y) {
      const int row_here = wrapped(at.rows.window + y, level_.height) - rows_.begin;
      const float* row = values_.data() + row_of(here, c, row_here);
      for (int x = 0; x < window.width; ++x) {
        *to++ = row[wrapped(at.columns.window + x, level_.width)];
      }
    }
  }
  return result;
}

ContentNorms LayerMap::norms(const std::vector<float>& weights, Ranks* ranks) const {
  const Shape here{level_.channels, rows_.size(), level_.width};
  const std::size_t positions = here.positions();
  const std::size_t first = row_of(level_, 0, rows_.begin);
  const auto weight = [&](std::size_t m) {
    return weights.empty() ? 1.0 : static_cast<double>(weights[first + m]);
  };
  std::vector<double> sums(static_cast<std::size_t>(level_.channels) + 1);  // and of the weights
  for (std::size_t m = 0; m < positions; ++m) sums.back() += weight(m);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    sums[i / positions] += weight(i % positions) * static_cast<double>(values_[i]);
  }
  add_up(sums, ranks);
  std::vector<double> norms(2);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const double value = static_cast<double>(values_[i]);
    const double apart = value - sums[i / positions] / sums.back();
    norms[0] += weight(i % positions) * apart * apart;
    norms[1] += weight(i % positions) * value * value;
  }
  add_up(norms, ranks);
  return {norms[0], norms[1]};
}

}  // namespace vggstyle

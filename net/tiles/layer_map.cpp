#include "net/tiles/layer_map.h"

#include <algorithm>

namespace vggstyle {
namespace {

/// Of row `y` of channel `c`.
std::size_t row_of(Shape shape, int c, int y) {
  return static_cast<std::size_t>(c * shape.height + y) * static_cast<std::size_t>(shape.width);
}

}  // namespace

LayerMap::LayerMap(const TilePlan& plan, int stride, Shape level)
    : plan_(plan), stride_(stride), level_(level), values_(level.elements()) {}

void LayerMap::take(const Tile& tile, const std::vector<float>& activations, Shape window) {
  const auto [rows, columns] = at_level(tile, plan_, stride_, level_);
  for (int c = 0; c < level_.channels; ++c) {
    for (int y = rows.core.begin; y < rows.core.end; ++y) {
      const float* from = activations.data() + row_of(window, c, y);
      std::copy(from + columns.core.begin, from + columns.core.end,
                values_.data() + row_of(level_, c, rows.window + y) + columns.window +
                    columns.core.begin);
    }
  }
}

std::vector<float> LayerMap::window_of(const Tile& tile, Shape window) const {
  const TileLevel at = at_level(tile, plan_, stride_, level_);
  std::vector<float> result(window.elements());
  float* to = result.data();
  for (int c = 0; c < level_.channels; ++c) {
    for (int y = 0; y < window.height; ++y) {
      const float* row =
          values_.data() + row_of(level_, c, wrapped(at.rows.window + y, level_.height));
      for (int x = 0; x < window.width; ++x) {
        *to++ = row[wrapped(at.columns.window + x, level_.width)];
      }
    }
  }
  return result;
}

double LayerMap::squares(const std::vector<float>& weights) const {
  const std::size_t positions = level_.positions();
  double sum = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const double value = static_cast<double>(values_[i]);
    sum += (weights.empty() ? 1.0 : static_cast<double>(weights[i % positions])) * value * value;
  }
  return sum;
}

double LayerMap::variation(const std::vector<float>& weights) const {
  const std::size_t positions = level_.positions();
  const auto weight = [&](std::size_t m) {
    return weights.empty() ? 1.0 : static_cast<double>(weights[m]);
  };
  double total = 0, sum = 0;
  for (std::size_t m = 0; m < positions; ++m) total += weight(m);
  for (std::size_t start = 0; start < values_.size(); start += positions) {
    double mean = 0;
    for (std::size_t m = 0; m < positions; ++m) {
      mean += weight(m) * static_cast<double>(values_[start + m]);
    }
    mean /= total;
    for (std::size_t m = 0; m < positions; ++m) {
      const double apart = static_cast<double>(values_[start + m]) - mean;
      sum += weight(m) * apart * apart;
    }
  }
  return sum;
}

}  // namespace vggstyle

#pragma once

#include <vector>

#include "kernels/tensor.h"
#include "net/tiles/tile_plan.h"

namespace vggstyle {

/// The activations of one layer of a whole picture, on the host, put together from those of its tiles.
class LayerMap {
 public:
  /// `level` is the layer's shape; a position of it stands for `stride` pixels.
  LayerMap(const TilePlan& plan, int stride, Shape level);

  /// Takes what belongs to the tile from its window's activations (C x H x W order, of `window`).
  void take(const Tile& tile, const std::vector<float>& activations, Shape window);
  /// The activations of the tile's window.
  std::vector<float> window_of(const Tile& tile, Shape window) const;
  /// sum_m w_m (F_m - mean F)^2, the mean per channel with the same weights; `weights` of the positions, or
  /// empty: 1.
  double variation(const std::vector<float>& weights) const;
  /// sum_m w_m F_m^2.
  double squares(const std::vector<float>& weights) const;
  std::size_t bytes() const { return values_.size() * sizeof(float); }

 private:
  const TilePlan& plan_;
  int stride_;
  Shape level_;
  std::vector<float> values_;
};

}  // namespace vggstyle

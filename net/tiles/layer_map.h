#pragma once

#include <vector>

#include "kernels/tensor.h"
#include "net/loss_coefficients.h"
#include "net/tiles/tile_plan.h"
#include "runtime/ranks/ranks.h"

namespace vggstyle {

/// The activations of one layer of a whole picture, on the host, put together from those of its tiles; among
/// ranks, those of the plan's band.
class LayerMap {
 public:
  /// `level` is the layer's shape; a position of it stands for `stride` pixels.
  LayerMap(const TilePlan& plan, int stride, Shape level);

  /// Takes what belongs to the tile from its window's activations (C x H x W order, of `window`).
  void take(const Tile& tile, const std::vector<float>& activations, Shape window);
  /// With every tile taken: gets what the tiles' windows see of other ranks' bands. Before window_of().
  void complete(Ranks& ranks);
  /// The activations of the tile's window.
  std::vector<float> window_of(const Tile& tile, Shape window) const;
  /// Of the whole picture, with every tile taken and before complete(): sum_m w_m (F_m - mean F)^2, the mean per
  /// channel with the same weights, and sum_m w_m F_m^2; `weights` are those of the positions, or empty: 1. `ranks`
  /// have the other bands; null: there are none.
  ContentNorms norms(const std::vector<float>& weights, Ranks* ranks) const;
  std::size_t bytes() const { return values_.size() * sizeof(float); }

 private:
  const TilePlan& plan_;
  int stride_;
  Shape level_;
  Interval rows_;  ///< of the layer, which are here
  std::vector<float> values_;
};

}  // namespace vggstyle

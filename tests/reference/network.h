#pragma once

#include <vector>

#include "tests/reference/losses.h"
#include "tests/reference/ops.h"

namespace vggstyle::reference {

/// The weights of a region's pixels, row by row.
using RegionMask = std::vector<double>;

/// The same at the activations of a layer: an average pool for each pool before it.
RegionMask mask_at(const RegionMask& pixels, const Tensor& rgb, Model model, int layer);

struct Evaluation {
  double total = 0;
  /// Per layer of the spec, all weights included; of the style region by region.
  std::vector<double> style, content;
  double tv = 0;                    ///< weight included
  std::vector<Tensor> activations;  ///< of every layer up to the deepest one needed
  Tensor gradient;                  ///< d total / d pixel
};

/// The activations after ReLU of layers 0..last. The picture must be large enough for its pools.
std::vector<Tensor> activations(const NetworkWeights& weights, const Tensor& rgb, Pooling pooling,
                                int last, Padding padding = Padding::kZero);

/// The pixels as the style layer `pixels`: RGB in 0..1.
Tensor unit_rgb(Tensor rgb);

/// Value and gradient at `rgb` (RGB, 0..255). One target per style layer and per content layer, in
/// the order of the spec; with regions one style target for each region and layer, region by region.
/// `content_weights` are those of the pixels, or none.
/// Losses with weight 0 are left out with their layers.
Evaluation evaluate(const NetworkWeights& weights, const LossSpec& spec, const Tensor& rgb,
                    const std::vector<StyleStatistics>& style_targets,
                    const std::vector<Tensor>& content_targets,
                    const std::vector<RegionMask>& regions = {},
                    const RegionMask& content_weights = {});

}  // namespace vggstyle::reference

#pragma once

#include <vector>

#include "net/loss_spec.h"

namespace vggstyle {

/// How far one picture's statistics are from another's, layer by layer: sum (g - g')^2 / sum g'^2
/// for the Gram matrices and likewise for the centred ones, as normalization `relative` has it
/// (net/loss_spec.h). 0: the same; a picture without style gives about 1.
struct StyleResidual {
  std::vector<double> raw, centered;

  /// Over all layers.
  double mean_raw() const;
  double mean_centered() const;
  /// Of both kinds.
  double mean() const { return (mean_raw() + mean_centered()) / 2; }
};

StyleResidual style_residual(const std::vector<StyleStatistics>& made,
                             const std::vector<StyleStatistics>& wanted);

}  // namespace vggstyle

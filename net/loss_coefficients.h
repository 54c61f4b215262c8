#pragma once

#include <cstddef>

#include "kernels/pixel_ops.h"
#include "kernels/tensor.h"
#include "net/loss_spec.h"

namespace vggstyle {

/// The table of net/loss_spec.h, brought to the three sums that the kernels compute. All weights
/// are included, so that the values that come out simply add up to the total.

/// value = raw |g - g'|^2 + centered |gc - gc'|^2.
struct StyleCoefficients {
  double raw = 0;
  double centered = 0;
};
StyleCoefficients style_coefficients(const LossSpec& spec, const LossTerm& term, Shape shape,
                                     const StyleStatistics& target);
/// value = c * d, of forms other than kGram.
double distance_coefficient(const LossSpec& spec, const LossTerm& term,
                            const StyleStatistics& target);

/// value = c * sum (F - F')^2.
struct ContentNorms {
  double variation = 0;  ///< sum (F' - mean F')^2, mean per channel
  double squares = 0;    ///< sum F'^2
};
double content_coefficient(const LossSpec& spec, const LossTerm& term, Shape shape,
                           const ContentNorms& target);

/// value = scale * total_variation(kind, wraps) of pixels in 0..255.
struct TvCoefficient {
  TotalVariation kind;
  bool wraps;
  double scale;
};
TvCoefficient tv_coefficient(const LossSpec& spec, Shape pixels);

/// value = c * sum of weights times (p - p')^2, pixels in 0..255.
double temporal_coefficient(const LossSpec& spec, Shape pixels);

}  // namespace vggstyle

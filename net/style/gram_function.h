#pragma once

#include <memory>

#include "net/loss_coefficients.h"
#include "net/style/style_function.h"

namespace vggstyle {

/// The Gram losses on the host, from the same sums as on the device: a |g - g'|^2 + b |gc - gc'|^2, weights included
/// (kernels/style_layer.h). For sums that several ranks have added up.
std::unique_ptr<StyleFunction> make_gram_function(const StyleCoefficients& coefficients,
                                                  const StyleStatistics& target);

}  // namespace vggstyle

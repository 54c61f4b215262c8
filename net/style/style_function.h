#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "net/loss_spec.h"

namespace vggstyle {

/// A function of mean mu and covariance gc at one place, with its derivatives there.
struct StyleSlope {
  double value = 0;
  std::vector<double> by_covariance;  ///< d value / d gc, C x C row-major, symmetric
  std::vector<double> by_mean;        ///< d value / d mu with gc held fixed, C
};

/// The distance d of net/loss_spec.h from one target, for style losses of another form than Gram's, on the host in
/// float64. It needs the same sums as a Gram matrix.
class StyleFunction {
 public:
  virtual ~StyleFunction() = default;
  virtual StyleSlope evaluate(const StyleStatistics& statistics) const = 0;
};

/// What is added to every variance, of the picture and of the style, so that a root has a slope where a
/// variance is 0: a layer may have channels that never change, and fewer positions than channels. 1e-4 of
/// the style's variance, mean over channels; of a style without variance (flat) 1e-7 of its mean square.
double least_variance(const StyleStatistics& target);

/// Memory of the host that the target takes, 0 for kGram. An evaluation takes a few matrices more while it lasts.
std::size_t style_function_bytes(StyleForm form, std::size_t channels);

/// For every form but kGram.
std::unique_ptr<StyleFunction> make_style_function(StyleForm form, const StyleStatistics& target);

}  // namespace vggstyle

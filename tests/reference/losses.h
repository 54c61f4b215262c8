#pragma once

#include <vector>

#include "net/loss_spec.h"
#include "tests/reference/tensor.h"

/// Statistics and losses again, in float64, as tests/reference/ops.h has the operations of a network.
namespace vggstyle::reference {

/// Mean per channel over positions.
std::vector<double> channel_means(const Tensor& f);
/// f minus its channel means.
Tensor centered(const Tensor& f);
/// F F^T / M, C x C row-major.
std::vector<double> gram(const Tensor& f);
/// f where each position m is multiplied by sqrt(w_m M / W), W being the sum of the `weights`: then
/// gram() is that of a region (kernels/style_layer.h).
Tensor weighted(const Tensor& f, const std::vector<double>& weights);
/// Of a region, if there are `weights`.
StyleStatistics style_statistics(const Tensor& f, const std::vector<double>& weights = {});

/// The distance d of net/loss_spec.h, of forms other than kGram, as style_loss().
double style_distance(StyleForm form, const Tensor& f, const StyleStatistics& target, Tensor* d_f,
                      const std::vector<double>& weights = {});
/// The style loss s_l of net/loss_spec.h times `n` and without weights: what one layer adds, of
/// n_layers layers. `d_f`, if given, receives its gradient. Of a region, if there are `weights`,
/// without its share of the area.
double style_loss(const LossSpec& spec, std::size_t n_layers, const Tensor& f,
                  const StyleStatistics& target, Tensor* d_f,
                  const std::vector<double>& weights = {});
/// Likewise c_l, if there are content `weights` with them, but without their mean.
double content_loss(const LossSpec& spec, std::size_t n_layers, const Tensor& f,
                    const Tensor& target, Tensor* d_f, const std::vector<double>& weights = {});
/// tv of net/loss_spec.h, without its weight.
double tv_loss(const LossSpec& spec, const Tensor& rgb, Tensor* d_rgb);

}  // namespace vggstyle::reference

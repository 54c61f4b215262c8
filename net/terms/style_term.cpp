#include "net/terms/style_term.h"

#include <cmath>

namespace vggstyle {

StyleTerm::StyleTerm(const TermContext& context, const LossTerm& term, const TermLayer& layer)
    : Term(term, layer.exponent),
      spec_(context.spec),
      shape_(layer.shape),
      layer_(context.backend.make_style_layer(layer.window,
                                              layer.in_tiles() || term.region != kWholePicture)) {}

StyleStatistics StyleTerm::statistics() {
  const auto channels = static_cast<std::size_t>(layer_->channels());
  StyleStatistics statistics{layer_->channels(), std::vector<double>(channels * channels),
                             std::vector<double>(channels)};
  layer_->statistics(statistics.gram, statistics.mean);
  return statistics;
}

StyleStatistics StyleTerm::style_statistics() {
  return balanced_statistics(statistics(), -exponent());
}

void StyleTerm::set_style_target(const StyleStatistics& target) {
  const StyleStatistics stored = balanced_statistics(target, exponent());
  if (forms_on_host()) {
    function_ = make_style_function(spec_.style_form, stored);
    function_coefficient_ = std::ldexp(distance_coefficient(spec_, term(), target), 2 * exponent());
    return;
  }
  layer_->set_target(stored.gram, stored.mean);
  coefficients_ =
      balanced_coefficients(style_coefficients(spec_, term(), shape_, target), exponent());
}

void StyleTerm::form(double* value, std::vector<StyleLoss>& together) {
  if (!forms_on_host()) {
    together.push_back({layer_.get(), coefficients_.raw, coefficients_.centered, value});
    return;
  }
  const StyleStatistics at = statistics();
  const StyleSlope slope = function_->evaluate(at);
  // d value / dF = 2/M A (F - mu 1^T) + 1/M b 1^T, with A and b the derivatives by gc and mu.
  const double factor = function_coefficient_ / layer_->positions();
  const std::size_t n = at.mean.size();
  std::vector<float> p(n * n), q(n);
  for (std::size_t i = 0; i < n; ++i) {
    double along = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const double entry = 2 * factor * slope.by_covariance[i * n + j];
      along += entry * at.mean[j];
      p[i * n + j] = static_cast<float>(entry);
    }
    q[i] = static_cast<float>(along - factor * slope.by_mean[i]);
  }
  layer_->set_loss_terms(function_coefficient_ * slope.value, p, q, value);
}

void StyleTerm::add_gradient(double scale, GradientTerms& terms) const {
  terms.style = layer_->derivative();
  terms.style_scale = static_cast<float>(scale);
}

}  // namespace vggstyle

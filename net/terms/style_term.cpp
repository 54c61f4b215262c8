#include "net/terms/style_term.h"

#include <cmath>

#include "net/style/gram_function.h"

namespace vggstyle {

StyleTerm::StyleTerm(const TermContext& context, const LossTerm& term, const TermLayer& layer)
    : Term(term, layer.exponent),
      spec_(context.spec),
      shape_(layer.shape),
      shared_(context.shared),
      layer_(context.backend.make_style_layer(layer.window,
                                              layer.in_tiles || term.region != kWholePicture)) {}

StyleStatistics StyleTerm::own_statistics() {
  const auto channels = static_cast<std::size_t>(layer_->channels());
  StyleStatistics statistics{layer_->channels(), std::vector<double>(channels * channels),
                             std::vector<double>(channels)};
  layer_->statistics(statistics.gram, statistics.mean);
  return statistics;
}

// M, M mu and M g: what adds up.
void StyleTerm::append_sums(std::vector<double>& sums) {
  const double m = layer_->positions();
  StyleStatistics own = m > 0 ? own_statistics() : StyleStatistics{};
  const auto n = static_cast<std::size_t>(layer_->channels());
  own.mean.resize(n);
  own.gram.resize(n * n);
  sums.push_back(m);
  for (const double value : own.mean) sums.push_back(m * value);
  for (const double value : own.gram) sums.push_back(m * value);
}

void StyleTerm::take_sums(std::span<const double>& sums) {
  const auto n = static_cast<std::size_t>(layer_->channels());
  const auto own = sums.first(1 + n + n * n);
  sums_.assign(own.begin(), own.end());
  sums = sums.subspan(own.size());
}

StyleStatistics StyleTerm::statistics() {
  if (!shared_) return own_statistics();
  const auto n = static_cast<std::ptrdiff_t>(layer_->channels());
  const auto mean = sums_.begin() + 1;
  StyleStatistics statistics{layer_->channels(), {mean + n, sums_.end()}, {mean, mean + n}};
  for (double& value : statistics.gram) value /= sums_.front();
  for (double& value : statistics.mean) value /= sums_.front();
  return statistics;
}

StyleStatistics StyleTerm::style_statistics() {
  return balanced_statistics(statistics(), -exponent());
}

void StyleTerm::set_style_target(const StyleStatistics& target) {
  const StyleStatistics stored = balanced_statistics(target, exponent());
  if (spec_.style_form != StyleForm::kGram) {
    function_ = make_style_function(spec_.style_form, stored);
    function_coefficient_ = std::ldexp(distance_coefficient(spec_, term(), target), 2 * exponent());
    return;
  }
  coefficients_ =
      balanced_coefficients(style_coefficients(spec_, term(), shape_, target), exponent());
  if (!shared_) return layer_->set_target(stored.gram, stored.mean);
  function_ = make_gram_function(coefficients_, stored);
  function_coefficient_ = 1;
}

void StyleTerm::form(double* value, std::vector<StyleLoss>& together) {
  if (!forms_on_host()) {
    together.push_back({layer_.get(), coefficients_.raw, coefficients_.centered, value});
    return;
  }
  const StyleStatistics at = statistics();
  const StyleSlope slope = function_->evaluate(at);
  // d value / dF = 2/M A (F - mu 1^T) + 1/M b 1^T, with A and b the derivatives by gc and mu.
  const double factor = function_coefficient_ / (shared_ ? sums_.front() : layer_->positions());
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

#include "net/terms/style_term.h"

namespace vggstyle {

StyleTerm::StyleTerm(const TermContext& context, const LossTerm& term, const TermLayer& layer)
    : Term(term, layer.exponent),
      spec_(context.spec),
      shape_(layer.shape),
      layer_(context.backend.make_style_layer(layer.window,
                                              layer.in_tiles() || term.region != kWholePicture)) {}

StyleStatistics StyleTerm::style_statistics() {
  const auto channels = static_cast<std::size_t>(layer_->channels());
  StyleStatistics statistics{layer_->channels(), std::vector<double>(channels * channels),
                             std::vector<double>(channels)};
  layer_->statistics(statistics.gram, statistics.mean);
  return balanced_statistics(std::move(statistics), -exponent());
}

void StyleTerm::set_style_target(const StyleStatistics& target) {
  const StyleStatistics stored = balanced_statistics(target, exponent());
  layer_->set_target(stored.gram, stored.mean);
  coefficients_ =
      balanced_coefficients(style_coefficients(spec_, term(), shape_, target), exponent());
}

void StyleTerm::add_gradient(double scale, GradientTerms& terms) const {
  terms.style = layer_->derivative();
  terms.style_scale = static_cast<float>(scale);
}

}  // namespace vggstyle

#include "net/terms/content_term.h"

#include <cmath>

#include "net/loss_coefficients.h"

namespace vggstyle {

ContentTerm::ContentTerm(const TermContext& context, const LossTerm& term, const TermLayer& layer)
    : Term(term, layer.exponent),
      backend_(context.backend),
      spec_(context.spec),
      shape_(layer.shape) {
  target_.shape = layer.window;
  context.arena.reserve(target_.data, backend_.tensor_bytes(layer.window));
}

void ContentTerm::set_content_target(const TermInput& input, double* scratch) {
  backend_.copy(input.activations, target_);
  backend_.content_loss().variation(target_, input.weights, scratch);
  double variation = 0;
  backend_.device().download(&variation, scratch, sizeof variation);
  set_variation(variation);
}

void ContentTerm::set_content_map(std::unique_ptr<LayerMap> map,
                                  const std::vector<float>& weights) {
  map_ = std::move(map);
  set_variation(map_->variation(weights));
}

void ContentTerm::show_tile(const Tile& tile) {
  backend_.write(map_->window_of(tile, target_.shape).data(), target_);
}

void ContentTerm::set_variation(double variation) {
  const int twice = 2 * exponent();
  coefficient_ =
      std::ldexp(content_coefficient(spec_, term(), shape_, std::ldexp(variation, twice)), twice);
}

void ContentTerm::add_gradient(double scale, GradientTerms& terms) const {
  terms.content_target = target_;
  terms.content_scale = static_cast<float>(2 * coefficient_ * scale);
}

}  // namespace vggstyle

#include "net/terms/content_term.h"

#include <cmath>

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
  const auto number = [&] {
    double value = 0;
    backend_.device().download(&value, scratch, sizeof value);
    return value;
  };
  ContentNorms norms;
  backend_.device().clear(target_.data, backend_.tensor_bytes(target_.shape));
  backend_.content_loss().squared_distance(input.activations, target_, input.weights, scratch);
  norms.squares = number();
  backend_.copy(input.activations, target_);
  backend_.content_loss().variation(target_, input.weights, scratch);
  norms.variation = number();
  set_norms(norms);
}

void ContentTerm::set_content_map(std::unique_ptr<LayerMap> map, const ContentNorms& norms) {
  map_ = std::move(map);
  set_norms(norms);
}

void ContentTerm::show_tile(const Tile& tile) {
  backend_.write(map_->window_of(tile, target_.shape).data(), target_);
}

void ContentTerm::set_norms(const ContentNorms& stored) {
  const int twice = 2 * exponent();
  const ContentNorms norms{std::ldexp(stored.variation, twice), std::ldexp(stored.squares, twice)};
  coefficient_ = std::ldexp(content_coefficient(spec_, term(), shape_, norms), twice);
}

void ContentTerm::add_gradient(double scale, GradientTerms& terms) const {
  terms.content_target = target_;
  terms.content_scale = static_cast<float>(2 * coefficient_ * scale);
}

}  // namespace vggstyle

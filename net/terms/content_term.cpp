#include "net/terms/content_term.h"

#include <cmath>

#include "net/loss_coefficients.h"

namespace vggstyle {

ContentTerm::ContentTerm(const TermContext& context, const LossTerm& term, Shape shape,
                         int exponent)
    : Term(term, exponent), backend_(context.backend), spec_(context.spec) {
  target_.shape = shape;
  context.arena.reserve(target_.data, backend_.tensor_bytes(shape));
}

void ContentTerm::set_content_target(const TermInput& input, double* scratch) {
  backend_.copy(input.activations, target_);
  backend_.content_loss().variation(target_, input.weights, scratch);
  double variation = 0;
  backend_.device().download(&variation, scratch, sizeof variation);
  const int twice = 2 * exponent();
  coefficient_ = std::ldexp(
      content_coefficient(spec_, term(), target_.shape, std::ldexp(variation, twice)), twice);
}

void ContentTerm::add_gradient(double scale, GradientTerms& terms) const {
  terms.content_target = target_;
  terms.content_scale = static_cast<float>(2 * coefficient_ * scale);
}

}  // namespace vggstyle

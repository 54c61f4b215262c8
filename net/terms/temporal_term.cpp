#include "net/terms/temporal_term.h"

#include <numeric>

#include "net/loss_coefficients.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

/// The pixels as they are.
constexpr ChannelMaps kRgb = {{{0, 0.0F, 1.0F}, {1, 0.0F, 1.0F}, {2, 0.0F, 1.0F}}};

}  // namespace

TemporalTerm::TemporalTerm(const TermContext& context, const LossTerm& term)
    : Term(term, 0),
      backend_(context.backend),
      coefficient_(temporal_coefficient(context.spec, context.pixels)) {
  for (Tensor* tensor : {&target_, &shown_, &difference_}) {
    tensor->shape = context.pixels;
    context.arena.reserve(tensor->data, backend_.tensor_bytes(context.pixels));
  }
  context.arena.reserve(weights_, context.pixels.positions() * sizeof(float));
}

void TemporalTerm::set_temporal_target(const float* pixels, const std::vector<float>& weights) {
  if (weights.size() != target_.shape.positions()) {
    throw InternalError("the weights of a frame do not have its size");
  }
  sum_ = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (sum_ <= 0) throw InternalError("a frame was given a target of which nothing counts");
  backend_.write(pixels, target_);
  backend_.device().upload(weights_, weights.data(), weights.size() * sizeof(float));
}

void TemporalTerm::accumulate(const TermInput& input, double* value) {
  backend_.pixel_ops().preprocess(kRgb, input.pixels, shown_);
  backend_.content_loss().squared_distance(shown_, target_, {weights_, sum_}, value);
}

void TemporalTerm::add_pixel_gradient(const TermInput& input, double scale, float* gradient) const {
  GradientTerms terms;
  terms.activations = shown_;
  terms.mask = false;
  terms.content_target = target_;
  terms.content_scale = static_cast<float>(2 * coefficient_ * scale);
  backend_.pixel_ops().preprocess(kRgb, input.pixels, shown_);
  backend_.start_gradient(terms, difference_);
  const Tensor& weighted = shown_;  // it has been looked at
  backend_.device().clear(weighted.data, backend_.tensor_bytes(weighted.shape));
  backend_.add_weighted(difference_, {weights_, sum_}, weighted);
  backend_.pixel_ops().preprocess_bprop(kRgb, weighted, true, gradient);
}

}  // namespace vggstyle

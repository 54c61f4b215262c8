#pragma once

#include "net/terms/term.h"

namespace vggstyle {

/// Activations of a layer against those of the content (net/loss_spec.h).
class ContentTerm final : public Term {
 public:
  ContentTerm(const TermContext& context, const LossTerm& term, Shape shape, int exponent);

  void set_content_target(const TermInput& input, double* scratch) override;
  void accumulate(const TermInput& input, double* value) override {
    backend_.content_loss().squared_distance(input.activations, target_, input.weights, value);
  }
  double value(double written) const override { return written * coefficient_; }
  void add_gradient(double scale, GradientTerms& terms) const override;

 private:
  Backend& backend_;
  const LossSpec& spec_;
  Tensor target_;
  double coefficient_ = 0;
};

}  // namespace vggstyle

#pragma once

#include "net/loss_coefficients.h"
#include "net/terms/term.h"

namespace vggstyle {

/// Raw and centred Gram matrices of a layer against those of the styles (net/loss_spec.h).
class StyleTerm final : public Term {
 public:
  StyleTerm(const TermContext& context, const LossTerm& term, const TermLayer& layer);

  std::size_t bytes() const override { return layer_->bytes(); }
  StyleStatistics style_statistics() override;
  void set_style_target(const StyleStatistics& target) override;

  void begin(const TermInput& input) override { layer_->begin(input.activations); }
  void accumulate(const TermInput& input, double*) override {
    layer_->accumulate(input.activations, input.weights);
  }
  bool has_form() const override { return true; }
  void form(double* value, std::vector<StyleLoss>& together) override {
    together.push_back({layer_.get(), coefficients_.raw, coefficients_.centered, value});
  }
  double value(double written) const override { return written; }
  void add_gradient(double scale, GradientTerms& terms) const override;
  StyleLayer* style_layer() override { return layer_.get(); }

 private:
  const LossSpec& spec_;
  Shape shape_;
  std::unique_ptr<StyleLayer> layer_;
  StyleCoefficients coefficients_;
};

}  // namespace vggstyle

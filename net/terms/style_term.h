#pragma once

#include "net/loss_coefficients.h"
#include "net/style/style_function.h"
#include "net/terms/term.h"

namespace vggstyle {

/// A layer's statistics against those of the styles (net/loss_spec.h): Gram matrices on the device, other forms on
/// the host, from the same sums.
class StyleTerm final : public Term {
 public:
  StyleTerm(const TermContext& context, const LossTerm& term, const TermLayer& layer);

  std::size_t bytes() const override {
    return layer_->bytes() +
           style_function_bytes(spec_.style_form, static_cast<std::size_t>(layer_->channels()));
  }
  StyleStatistics style_statistics() override;
  void set_style_target(const StyleStatistics& target) override;

  void begin(const TermInput& input) override { layer_->begin(input.activations); }
  void accumulate(const TermInput& input, double*) override {
    layer_->accumulate(input.activations, input.weights);
  }
  bool has_form() const override { return true; }
  bool forms_on_host() const override { return spec_.style_form != StyleForm::kGram; }
  void form(double* value, std::vector<StyleLoss>& together) override;
  double value(double written) const override { return written; }
  void add_gradient(double scale, GradientTerms& terms) const override;
  StyleLayer* style_layer() override { return layer_.get(); }

 private:
  /// As stored.
  StyleStatistics statistics();

  const LossSpec& spec_;
  Shape shape_;
  std::unique_ptr<StyleLayer> layer_;
  StyleCoefficients coefficients_;           ///< of Gram matrices
  std::unique_ptr<StyleFunction> function_;  ///< of other forms
  double function_coefficient_ = 0;
};

}  // namespace vggstyle

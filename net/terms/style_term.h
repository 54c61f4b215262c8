#pragma once

#include "net/loss_coefficients.h"
#include "net/style/style_function.h"
#include "net/terms/term.h"

namespace vggstyle {

/// A layer's statistics against those of the styles (net/loss_spec.h): Gram matrices on the device; other forms, and
/// sums that ranks share, on the host.
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
  bool forms_on_host() const override { return shared_ || spec_.style_form != StyleForm::kGram; }
  void append_sums(std::vector<double>& sums) override;
  void take_sums(std::span<const double>& sums) override;
  void form(double* value, std::vector<StyleLoss>& together) override;
  double value(double written) const override { return written; }
  void add_gradient(double scale, GradientTerms& terms) const override;
  StyleLayer* style_layer() override { return layer_.get(); }

 private:
  /// What the sums say, of all ranks if there are several, as stored.
  StyleStatistics statistics();
  StyleStatistics own_statistics();

  const LossSpec& spec_;
  Shape shape_;
  bool shared_;
  std::vector<double> sums_;  ///< of all ranks
  std::unique_ptr<StyleLayer> layer_;
  StyleCoefficients coefficients_;           ///< of Gram matrices
  std::unique_ptr<StyleFunction> function_;  ///< of what is formed on the host
  double function_coefficient_ = 0;
};

}  // namespace vggstyle

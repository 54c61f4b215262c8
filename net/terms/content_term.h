#pragma once

#include "net/loss_coefficients.h"
#include "net/terms/term.h"

namespace vggstyle {

/// Activations of a layer against those of the content (net/loss_spec.h).
class ContentTerm final : public Term {
 public:
  ContentTerm(const TermContext& context, const LossTerm& term, const TermLayer& layer);

  std::size_t bytes() const override { return map_ != nullptr ? map_->bytes() : 0; }

  void set_content_target(const TermInput& input, double* scratch) override;
  void set_content_map(std::unique_ptr<LayerMap> map, const ContentNorms& norms) override;
  void show_tile(const Tile& tile) override;
  void accumulate(const TermInput& input, double* value) override {
    backend_.content_loss().squared_distance(input.activations, target_, input.weights, value);
  }
  double value(double written) const override { return written * coefficient_; }
  void add_gradient(double scale, GradientTerms& terms) const override;

 private:
  /// Those of the target as it is stored.
  void set_norms(const ContentNorms& stored);

  Backend& backend_;
  const LossSpec& spec_;
  Shape shape_;    ///< of the whole picture's activations
  Tensor target_;  ///< of all of them, or of a tile's
  std::unique_ptr<LayerMap> map_;
  double coefficient_ = 0;
};

}  // namespace vggstyle

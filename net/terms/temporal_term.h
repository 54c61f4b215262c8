#pragma once

#include "net/terms/term.h"

namespace vggstyle {

/// Pixels against those of a video's last frame, moved along (net/loss_spec.h). Like total variation it looks at
/// the whole picture, in tiles too.
class TemporalTerm final : public Term {
 public:
  TemporalTerm(const TermContext& context, const LossTerm& term);

  void set_temporal_target(const float* pixels, const std::vector<float>& weights) override;
  void accumulate(const TermInput& input, double* value) override;
  double value(double written) const override { return written * coefficient_; }
  void add_pixel_gradient(const TermInput& input, double scale, float* gradient) const override;

 private:
  Backend& backend_;
  double coefficient_;
  Tensor target_, shown_, difference_;  ///< of RGB in 0..255
  float* weights_ = nullptr;
  double sum_ = 0;  ///< of the weights
};

}  // namespace vggstyle

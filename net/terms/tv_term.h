#pragma once

#include "net/loss_coefficients.h"
#include "net/terms/term.h"

namespace vggstyle {

/// Total variation of the pixels as the optimiser has them (net/loss_spec.h).
class TvTerm final : public Term {
 public:
  TvTerm(const TermContext& context, const LossTerm& term)
      : Term(term, 0),
        ops_(context.backend.pixel_ops()),
        coefficient_(tv_coefficient(context.spec, context.pixels)) {}

  void accumulate(const TermInput& input, double* value) override {
    ops_.total_variation(coefficient_.kind, coefficient_.wraps, input.pixels, input.pixel_shape,
                         value);
  }
  double value(double written) const override { return written * coefficient_.scale; }
  void add_pixel_gradient(const TermInput& input, double scale, float* gradient) const override {
    ops_.total_variation_bprop(coefficient_.kind, coefficient_.wraps, input.pixels,
                               input.pixel_shape, static_cast<float>(coefficient_.scale * scale),
                               gradient);
  }

 private:
  PixelOps& ops_;
  TvCoefficient coefficient_;
};

}  // namespace vggstyle

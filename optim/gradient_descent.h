#pragma once

#include "optim/optimizer.h"

namespace vggstyle {

struct GradientDescentOptions {
  int max_evaluations = 120;
  double step = 10;  ///< of the first step, in units of x; falls linearly to step / evaluations
  std::optional<Bounds> bounds = Bounds{0, 255};
};

/// The tutorial's descent: x -= step_k * g / deviation(g), clamped to the bounds, with
/// step_k = step * (1 - k / max_evaluations), k = 0, 1, ... Simple and robust; L-BFGS needs far
/// fewer evaluations. `x` is a device vector of objective.size() floats, the start; on return the
/// best point evaluated. It is reported after every evaluation, with the value there (which may
/// rise). A NaN or infinity goes back to the best point and halves the step. Where all unknowns
/// have the same gradient, its deviation is 0 and its size is taken instead.  InputError for
/// options out of range. `from`: as of L-BFGS (optim/lbfgs.h), but the budget, on which every step
/// depends, is the same.
Result minimize(Objective& objective, VectorOps& ops, float* x,
                const GradientDescentOptions& options, const ProgressCallback& callback = {},
                StateArchive* from = nullptr);

/// The vectors of objective.size() floats that this takes on the device, 2: gradient, best point.
int device_vectors(const GradientDescentOptions& options);

}  // namespace vggstyle

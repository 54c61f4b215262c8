#pragma once

#include "optim/optimizer.h"

namespace vggstyle {

struct AdamOptions {
  int max_evaluations = 500;
  double rate = 5;  ///< about the change of each unknown in a step, in its units (pixels: 0..255)
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  std::optional<Bounds> bounds;
};

/// Adam (Kingma and Ba 2015, algorithm 1). `x` is a device vector of objective.size() floats, the
/// start; on return the best point evaluated. It is reported after every evaluation, with the value
/// there (which may rise). With bounds, x is clamped after each step. A NaN or infinity goes back
/// to the best point, clears the moments and halves the rate.  InputError
/// for options out of range. `from`: as of L-BFGS (optim/lbfgs.h).
Result minimize(Objective& objective, VectorOps& ops, float* x, const AdamOptions& options,
                const ProgressCallback& callback = {}, StateArchive* from = nullptr);

/// The vectors of objective.size() floats that this takes on the device, 4: two moments, gradient,
/// best point.
int device_vectors(const AdamOptions& options);

}  // namespace vggstyle

#pragma once

#include <functional>
#include <optional>

#include "net/loss_values.h"
#include "optim/optimizer.h"
#include "tools/session/problem.h"

namespace vggstyle {

struct Optimized {
  Picture picture;
  Result result;
  LossValues first, last;  ///< the terms at the start, and of `picture`
};

/// Called at the start and after each accepted step; false stops the optimisation.
using StepCallback = std::function<bool(const Progress&, const LossValues&)>;

/// Minimises from the device vector `x`, which becomes the best point found.
Result minimize(const Minimizer& minimizer, Objective& objective, VectorOps& ops, float* x,
                const ProgressCallback& callback);
/// The vectors that this takes, each of the size of `x`.
int device_vectors(const Minimizer& minimizer);

/// Minimises. The same arguments give the same picture for any number of threads. InputError if
/// the loss is not finite, with the layer where that began.
Optimized optimize(Engine& engine, const ProblemSpec& spec, const StepCallback& callback);

}  // namespace vggstyle

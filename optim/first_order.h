#pragma once

#include "optim/optimizer.h"

namespace vggstyle {

/// What Adam and gradient descent share: evaluate, remember the best point, report, step. The step
/// after the last evaluation is not taken, since nobody would know its value.
class FirstOrder {
 public:
  virtual ~FirstOrder() = default;

  /// Moves x by one step given its gradient; returns the step's size for the report. `iteration`
  /// counts from 0. Bounds are applied by the caller.
  virtual double step(int iteration, const float* gradient, float* x) = 0;
  /// After a NaN x is the best point again: forget momentum and take smaller steps from here.
  virtual void restart() = 0;
  /// Saves or restores what is kept from step to step.
  virtual void archive(StateArchive& state) = 0;
};

/// Vectors that run_first_order() takes: the gradient and the best point.
inline constexpr int kFirstOrderVectors = 2;

/// On return `x` is the best point evaluated. A NaN or infinity goes back to the best point, at
/// most 10 times in a run. `from`: see StateArchive; null begins at `x`.
Result run_first_order(FirstOrder& method, Objective& objective, VectorOps& ops, float* x,
                       int max_evaluations, const std::optional<Bounds>& bounds,
                       const ProgressCallback& callback, StateArchive* from);

}  // namespace vggstyle

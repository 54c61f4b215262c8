#pragma once

#include "optim/optimizer.h"
#include "optim/preconditioner/preconditioner.h"

namespace vggstyle {

struct LbfgsOptions {
  int max_evaluations = 500;
  int history = 20;               ///< pairs kept, at least 1
  double first_change = 1;        ///< the first trial changes no unknown by more than this
  int max_trials = 20;            ///< evaluations of one line search
  double c1 = 1e-4;               ///< sufficient decrease
  double c2 = 0.9;                ///< curvature
  double value_noise = 1e-7;      ///< relative error of f: differences below it count as none
  double gradient_tolerance = 0;  ///< converged at max |g_i| <= this
  double value_tolerance = 0;     ///< converged at a relative decrease <= this; 0: off
  int stall_iterations = 10;      ///< steps without a lower value before giving up
  std::optional<Bounds> bounds;
  Preconditioner* preconditioner = nullptr;  ///< null: the identity
};

/// L-BFGS (Liu and Nocedal 1989) in its vector-free form (Chen, Wang and Zhou 2014) with a strong
/// Wolfe line search (Moré and Thuente 1994), in float32 vectors and float64 scalars. `x` is a
/// device vector of objective.size() floats, the start; on return it is the best point seen, up to
/// value_noise.
///
/// Bounds are kept by projection (Bertsekas 1982, two-metric): unknowns held at a bound are taken
/// out of gradient and direction alike, so that the direction remains one of descent, and the line
/// search follows the projected path. The objective is only evaluated within the bounds.
///
/// With a preconditioner M the recursion starts from s.y / (y.M y) M instead of s.y / (y.y) I, and the first step
/// goes along -M g: for unknowns u with M = L L^T and x = L u that is L-BFGS on u.
///
/// NaN and infinities shorten the step and drop the history; see Event and Result. InputError for
/// options out of range.
///
/// With `from`, which Progress::save() has filled, it goes on from there: `x` need not be set, and the
/// next report is that of the step after.
Result minimize(Objective& objective, VectorOps& ops, float* x, const LbfgsOptions& options,
                const ProgressCallback& callback = {}, StateArchive* from = nullptr);

/// The vectors of objective.size() floats that this takes on the device: 2 * history + 5, two more with
/// bounds, and one more with a preconditioner.
int device_vectors(const LbfgsOptions& options);

}  // namespace vggstyle

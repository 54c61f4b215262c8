#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "optim/objective.h"
#include "optim/state_archive.h"

namespace vggstyle {

/// What every optimiser here shares. All of them count evaluations (a value with its gradient),
/// never exceed their budget of them, keep their vectors on the device, and give the same bytes for
/// any number of threads as long as the objective does.

/// The same bounds for every unknown: low <= x <= high, low < high.
struct Bounds {
  double low = 0;
  double high = 255;
};

/// Something out of the ordinary that happened since the report before.
enum class Event {
  none,
  history_dropped,  ///< what was known of the curvature led nowhere: back to the gradient
  stepped_back,     ///< a value or gradient was NaN or infinite: shorter step, history dropped
};

/// The state after an accepted step. `x` is a device vector, valid during the callback.
struct Progress {
  int evaluations;              ///< so far
  int iterations;               ///< accepted steps so far; 0 is the start
  const ObjectiveValue& value;  ///< f(x)
  double gradient_max;          ///< max |g_i|; in L-BFGS, over the unknowns not held at a bound
  double step;                  ///< multiple of the direction that was taken; 0 at the start
  Event event;
  const float* x;
  /// Saves the optimiser's state, from which minimize() goes on after this report; to be called during
  /// the callback, and costs nothing if it is not. Empty where the budget ended before the line search
  /// had: a larger budget would have gone another way.
  std::function<void(StateArchive&)> save;
};

/// Called at the start and after each accepted step; false stops the run.
using ProgressCallback = std::function<bool(const Progress&)>;

enum class Reason {
  converged,           ///< the gradient or the decrease is within its tolerance
  budget,              ///< all evaluations are spent
  quiet,               ///< nothing left to see: QuietWatch, where the caller has one
  stopped_by_caller,   ///< the callback returned false
  stalled,             ///< no lower value for `stall_iterations` steps
  line_search_failed,  ///< no lower value even along the gradient: the limit of float32, usually
  not_finite,          ///< NaN or infinite at the start, or wherever one goes from there
};

struct Result {
  Reason reason;
  int evaluations;
  int iterations;
  ObjectiveValue value;  ///< of the x returned
  double gradient_max;   ///< of the x returned
  int history_drops;     ///< times that the history (or Adam's moments) had to be dropped
  int not_finite;        ///< evaluations whose value or gradient was NaN or infinite
};

/// "the budget of evaluations is spent" and so on, for people.
const char* describe(Reason reason);
/// "" for none.
const char* describe(Event event);

/// InputError unless low < high (where there are bounds) and the budget is at least 1.
void check_common_options(int max_evaluations, const std::optional<Bounds>& bounds);

}  // namespace vggstyle

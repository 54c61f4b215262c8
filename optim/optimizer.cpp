#include "optim/optimizer.h"

#include <string>

#include "runtime/error.h"

namespace vggstyle {

const char* describe(Reason reason) {
  switch (reason) {
    case Reason::converged:
      return "converged";
    case Reason::budget:
      return "the budget of evaluations is spent";
    case Reason::quiet:
      return "the value falls by less than 1 % in 20 evaluations";
    case Reason::stopped_by_caller:
      return "stopped";
    case Reason::stalled:
      return "the value no longer falls";
    case Reason::line_search_failed:
      return "no lower value along the gradient (the limit of float32, usually)";
    case Reason::not_finite:
      return "the value or the gradient is NaN or infinite";
  }
  return "";
}

const char* describe(Event event) {
  switch (event) {
    case Event::none:
      return "";
    case Event::history_dropped:
      return "dropped the history";
    case Event::stepped_back:
      return "met NaN or infinity, stepped back and dropped the history";
  }
  return "";
}

void check_common_options(int max_evaluations, const std::optional<Bounds>& bounds) {
  if (max_evaluations < 1) {
    throw InputError("the number of evaluations must be at least 1, not " +
                     std::to_string(max_evaluations));
  }
  if (bounds && !(bounds->low < bounds->high)) {
    throw InputError("the lower bound must be below the upper bound");
  }
}

}  // namespace vggstyle

#include "optim/state_archive.h"

#include "optim/optimizer.h"

namespace vggstyle {

void archive(StateArchive& state, const std::string& prefix, Result& result) {
  state.number(prefix + "evaluations", result.evaluations);
  state.number(prefix + "iterations", result.iterations);
  state.number(prefix + "value", result.value.total);
  state.numbers(prefix + "terms", result.value.terms);
  state.number(prefix + "gradient_max", result.gradient_max);
  state.number(prefix + "history_drops", result.history_drops);
  state.number(prefix + "not_finite", result.not_finite);
}

}  // namespace vggstyle

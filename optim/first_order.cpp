#include "optim/first_order.h"

#include <cmath>
#include <utility>

namespace vggstyle {

Result run_first_order(FirstOrder& method, Objective& objective, VectorOps& ops, float* x,
                       int max_evaluations, const std::optional<Bounds>& bounds,
                       const ProgressCallback& callback) {
  constexpr int kMaxRestarts = 10;
  check_common_options(max_evaluations, bounds);
  const std::size_t n = objective.size();
  const Buffer memory(ops.device(), kFirstOrderVectors * n * sizeof(float));
  float* const gradient = memory.as<float>();
  float* const best = gradient + n;
  Result result{};
  result.reason = Reason::budget;
  Event event = Event::none;
  double step = 0;
  const auto keep = [&](const ObjectiveValue& value, double gradient_max) {
    result.value = value;
    result.gradient_max = gradient_max;
    ops.copy(x, n, best);
  };

  if (bounds) ops.clamp(x, bounds->low, bounds->high, n);
  while (true) {
    double gradient_max = 0;
    const ObjectiveValue value =
        objective.evaluate(x, gradient, [&] { ops.max_abs(gradient, n, gradient_max); });
    ops.read_back();
    ++result.evaluations;

    if (!std::isfinite(value.total) || !std::isfinite(gradient_max)) {
      const bool at_start = result.evaluations == 1;
      if (at_start) keep(value, gradient_max);
      if (at_start || ++result.not_finite > kMaxRestarts) {
        result.not_finite += at_start ? 1 : 0;
        result.reason = Reason::not_finite;
        break;
      }
      ++result.history_drops;
      event = Event::stepped_back;
      method.restart();
      if (result.evaluations >= max_evaluations) break;
      ops.copy(best, n, x);
      continue;
    }

    if (result.evaluations == 1 || value.total < result.value.total) keep(value, gradient_max);
    if (callback && !callback({result.evaluations, result.iterations, value, gradient_max, step,
                               std::exchange(event, Event::none), x})) {
      result.reason = Reason::stopped_by_caller;
      break;
    }
    if (gradient_max == 0) {
      result.reason = Reason::converged;
      break;
    }
    if (result.evaluations >= max_evaluations) break;
    step = method.step(result.iterations++, gradient, x);
    if (bounds) ops.clamp(x, bounds->low, bounds->high, n);
  }
  ops.copy(best, n, x);
  return result;
}

}  // namespace vggstyle

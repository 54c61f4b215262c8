#include "optim/first_order.h"

#include <cmath>
#include <utility>

namespace vggstyle {
namespace {

class Run {
 public:
  Run(FirstOrder& method, Objective& objective, VectorOps& ops, float* x, int max_evaluations,
      const std::optional<Bounds>& bounds)
      : method_(method),
        objective_(objective),
        ops_(ops),
        n_(objective.size()),
        max_evaluations_(max_evaluations),
        bounds_(bounds),
        memory_(ops.device(), kFirstOrderVectors * n_ * sizeof(float)),
        x_(x),
        gradient_(memory_.as<float>()),
        best_(gradient_ + n_) {}

  Result go(const ProgressCallback& callback, StateArchive* from) {
    std::optional<Reason> end;
    if (from != nullptr) {
      archive(*from);
    } else {
      clamp();
      end = evaluate(callback);
    }
    while (!end) {
      if (gradient_max_ == 0) {
        end = Reason::converged;
      } else if (result_.evaluations >= max_evaluations_) {
        end = Reason::budget;
      } else {
        step_ = method_.step(result_.iterations++, gradient_, x_);
        clamp();
        end = evaluate(callback);
      }
    }
    result_.reason = *end;
    ops_.copy(best_, n_, x_);
    return result_;
  }

 private:
  void clamp() {
    if (bounds_) ops_.clamp(x_, bounds_->low, bounds_->high, n_);
  }

  void keep(const ObjectiveValue& value) {
    result_.value = value;
    result_.gradient_max = gradient_max_;
    ops_.copy(x_, n_, best_);
  }

  /// At x, and after a NaN at the best point again, until there is a value to report; the reason if
  /// that was the end.
  std::optional<Reason> evaluate(const ProgressCallback& callback) {
    while (true) {
      const ObjectiveValue value =
          objective_.evaluate(x_, gradient_, [&] { ops_.max_abs(gradient_, n_, gradient_max_); });
      ops_.read_back();
      ++result_.evaluations;
      if (std::isfinite(value.total) && std::isfinite(gradient_max_)) {
        if (result_.evaluations == 1 || value.total < result_.value.total) keep(value);
        return report(callback, value) ? std::nullopt : std::optional(Reason::stopped_by_caller);
      }
      if (const std::optional<Reason> end = go_back(value)) return end;
    }
  }

  /// To the best point, after a value that is not finite; the reason if that is the end.
  std::optional<Reason> go_back(const ObjectiveValue& value) {
    constexpr int kMaxRestarts = 10;
    ++result_.not_finite;
    if (result_.evaluations == 1) {
      keep(value);
      return Reason::not_finite;
    }
    if (result_.not_finite > kMaxRestarts) return Reason::not_finite;
    ++result_.history_drops;
    event_ = Event::stepped_back;
    method_.restart();
    if (result_.evaluations >= max_evaluations_) return Reason::budget;
    ops_.copy(best_, n_, x_);
    return std::nullopt;
  }

  bool report(const ProgressCallback& callback, const ObjectiveValue& value) {
    const Event event = std::exchange(event_, Event::none);
    return !callback ||
           callback({result_.evaluations, result_.iterations, value, gradient_max_, step_, event,
                     x_, [this](StateArchive& state) { archive(state); }});
  }

  /// What there is between an evaluation and the next step.
  void archive(StateArchive& state) {
    state.vector("x", x_, n_);
    state.vector("gradient", gradient_, n_);
    state.vector("best", best_, n_);
    vggstyle::archive(state, "", result_);
    state.number("gradient_max_at_x", gradient_max_);
    method_.archive(state);
  }

  FirstOrder& method_;
  Objective& objective_;
  VectorOps& ops_;
  std::size_t n_;
  int max_evaluations_;
  const std::optional<Bounds>& bounds_;
  Buffer memory_;
  float* x_;
  float* gradient_;
  float* best_;
  double gradient_max_ = 0;  // at x
  double step_ = 0;          // the latest
  Event event_ = Event::none;
  Result result_{};
};

}  // namespace

Result run_first_order(FirstOrder& method, Objective& objective, VectorOps& ops, float* x,
                       int max_evaluations, const std::optional<Bounds>& bounds,
                       const ProgressCallback& callback, StateArchive* from) {
  check_common_options(max_evaluations, bounds);
  return Run(method, objective, ops, x, max_evaluations, bounds).go(callback, from);
}

}  // namespace vggstyle

#include "optim/lbfgs.h"

#include <array>
#include <cmath>
#include <utility>

#include "optim/lbfgs_history.h"
#include "optim/line_search/strong_wolfe.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

class Run {
 public:
  Run(Objective& objective, VectorOps& ops, float* x, const LbfgsOptions& options)
      : objective_(objective),
        ops_(ops),
        options_(options),
        n_(objective.size()),
        memory_(ops.device(),
                static_cast<std::size_t>(device_vectors(options)) * n_ * sizeof(float)),
        history_(ops, memory_.as<float>(), options.history, n_),
        x_(x),
        x_trial_(vector(0)),
        g_(vector(1)),
        g_trial_(vector(2)),
        g_kept_(vector(3)),
        p_(vector(4)),
        free_(options.bounds ? vector(5) : nullptr),
        masked_(options.bounds ? vector(6) : nullptr),
        work_(options.preconditioner != nullptr ? vector(options.bounds ? 7 : 5) : nullptr) {}

  Result go(const ProgressCallback& callback, StateArchive* from) {
    result_.reason = run(callback, from);
    return result_;
  }

 private:
  float* vector(int i) {
    return memory_.as<float>() + static_cast<std::size_t>(2 * options_.history + i) * n_;
  }

  /// The gradient of the unknowns that no bound holds, for the gradient `g` at `x`.
  const float* mask_gradient(const float* x, const float* g) {
    if (!options_.bounds) return g;
    ops_.copy(g, n_, free_);
    mask(x, g, free_);
    return free_;
  }

  void mask(const float* x, const float* outward, float* v) {
    ops_.mask_bound(x, outward, options_.bounds->low, options_.bounds->high, n_, v);
  }

  double dot(const float* a, const float* b) {
    double out = 0;
    ops_.dots({&a, 1}, {&b, 1}, n_, {&out, 1});
    ops_.read_back();
    return out;
  }

  bool budget_left() const { return result_.evaluations < options_.max_evaluations; }

  /// `whole`: unless the budget ended the line search.
  bool report(const ProgressCallback& callback, double step, bool whole) {
    const Event event = std::exchange(event_, Event::none);
    std::function<void(StateArchive&)> save;
    if (whole) save = [this](StateArchive& state) { archive(state); };
    return !callback || callback({result_.evaluations, result_.iterations, result_.value,
                                  result_.gradient_max, step, event, x_, save});
  }

  /// What there is between one step and the next.
  void archive(StateArchive& state) {
    state.vector("x", x_, n_);
    state.vector("gradient", g_, n_);
    vggstyle::archive(state, "", result_);
    state.number("lowest", lowest_);
    state.number("without_gain", without_gain_);
    state.number("value_before", value_before_);
    history_.archive(state);
  }

  void drop_history(Event event) {
    history_.clear();
    ++result_.history_drops;
    event_ = event;
  }

  /// Fills p (the step goes along -p) and returns p.g > 0.
  double find_direction() {
    const ProfilerRange range(ops_.device(), "L-BFGS direction");
    if (!history_.empty()) {
      double slope = options_.preconditioner == nullptr
                         ? history_.direction(free_gradient(), p_)
                         : history_.direction(free_gradient(), *options_.preconditioner, work_, p_);
      if (options_.bounds) {
        mask(x_, g_, p_);  // held unknowns stay: with the gradient masked too, p.g > 0 still
        slope = dot(free_gradient(), p_);
      }
      if (slope > 0 && std::isfinite(slope)) return slope;
      drop_history(Event::history_dropped);
    }
    first_change_ = options_.first_change / result_.gradient_max;
    if (options_.preconditioner == nullptr) {
      ops_.copy(free_gradient(), n_, p_);
      return history_.q_squared();
    }
    options_.preconditioner->apply(free_gradient(), p_);
    if (options_.bounds) mask(x_, g_, p_);
    double largest = 0;
    ops_.max_abs(p_, n_, largest);
    const double slope = dot(free_gradient(), p_);
    first_change_ = options_.first_change / largest;
    return slope;
  }

  const float* free_gradient() const { return options_.bounds ? free_ : g_; }

  double first_trial() const {
    if (!history_.empty()) return 1;
    return history_.scale() > 0 ? history_.scale() : first_change_;
  }

  void go_to(double step) {
    ops_.add_scaled(x_, -step, p_, n_, x_trial_);
    if (options_.bounds) ops_.clamp(x_trial_, options_.bounds->low, options_.bounds->high, n_);
  }

  /// What a step from x to x_trial brings, for take_kept_trial(): the pair, its products, the largest
  /// slope.
  void measure_pair(const float* g) {
    const std::array<double, 2> minus = {1, -1};
    ops_.combine(std::array<const float*, 2>{x_trial_, x_}, minus, n_, history_.next_s());
    ops_.combine(std::array<const float*, 2>{g, g_}, minus, n_, history_.next_y());
    const float* q = mask_gradient(x_trial_, g);
    history_.measure(q);
    ops_.max_abs(q, n_, gradient_max_trial_);
  }

  /// The derivative along the (projected) path at x_trial, negated.
  void measure_slope(double& slope) {
    const float* p = p_;
    if (options_.bounds) {
      ops_.copy(p_, n_, masked_);
      mask(x_trial_, p_, masked_);
      p = masked_;
    }
    const float* g = g_trial_;
    ops_.dots({&g, 1}, {&p, 1}, n_, {&slope, 1});
  }

  /// The gradient of the kept trial ends in g_kept. Most trials are taken: each is measured as if
  /// it were, so that the host waits once an evaluation.
  void search_line(StrongWolfe& search) {
    while (!search.done() && budget_left()) {
      go_to(search.step());
      double slope = 0;
      ++result_.evaluations;
      ObjectiveValue value = objective_.evaluate(x_trial_, g_trial_, [&] {
        const ProfilerRange range(ops_.device(), "L-BFGS curvature pair");
        measure_slope(slope);
        measure_pair(g_trial_);
      });
      ops_.read_back();
      measured_is_kept_ = search.feed(value.total, -slope);
      if (measured_is_kept_) {
        std::swap(g_trial_, g_kept_);
        value_kept_ = std::move(value);
      }
    }
    result_.not_finite += search.not_finite();
  }

  void take_kept_trial(const StrongWolfe& search) {
    if (search.not_finite() > 0) drop_history(Event::stepped_back);
    if (!measured_is_kept_ || search.not_finite() > 0) {
      go_to(search.kept_step());
      measure_pair(g_kept_);
      ops_.read_back();
    }
    ops_.copy(x_trial_, n_, x_);
    std::swap(g_, g_kept_);
    value_before_ = result_.value.total;
    result_.value = std::move(value_kept_);
    result_.gradient_max = gradient_max_trial_;
    ++result_.iterations;
    history_.push();
    without_gain_ = result_.value.total < lowest_ ? 0 : without_gain_ + 1;
    lowest_ = std::fmin(lowest_, result_.value.total);
  }

  /// Evaluates the start; the reason if that is the end.
  std::optional<Reason> start(const ProgressCallback& callback) {
    if (options_.bounds) ops_.clamp(x_, options_.bounds->low, options_.bounds->high, n_);
    ++result_.evaluations;
    result_.value = objective_.evaluate(
        x_, g_, [&] { ops_.max_abs(mask_gradient(x_, g_), n_, result_.gradient_max); });
    ops_.read_back();
    if (!std::isfinite(result_.value.total) || !std::isfinite(result_.gradient_max)) {
      result_.not_finite = 1;
      return Reason::not_finite;
    }
    lowest_ = result_.value.total;
    history_.start(free_gradient());
    if (!report(callback, 0, true)) return Reason::stopped_by_caller;
    return std::nullopt;
  }

  /// What the latest step says, if it was the last.
  std::optional<Reason> reason_to_end() const {
    if (without_gain_ >= options_.stall_iterations) return Reason::stalled;
    if (options_.value_tolerance > 0 && result_.iterations > 0 &&
        value_before_ - result_.value.total <=
            options_.value_tolerance * std::fabs(value_before_)) {
      return Reason::converged;
    }
    if (result_.gradient_max <= options_.gradient_tolerance) return Reason::converged;
    if (!budget_left()) return Reason::budget;
    return std::nullopt;
  }

  Reason run(const ProgressCallback& callback, StateArchive* from) {
    if (from != nullptr) {
      archive(*from);
      mask_gradient(x_, g_);
    } else if (const std::optional<Reason> end = start(callback)) {
      return *end;
    }
    while (true) {
      if (const std::optional<Reason> end = reason_to_end()) return *end;

      const double slope = find_direction();
      StrongWolfe search(result_.value.total, -slope, first_trial(),
                         {.c1 = options_.c1,
                          .c2 = options_.c2,
                          .max_trials = options_.max_trials,
                          .noise_ceiling = lowest_ + options_.value_noise * std::fabs(lowest_)});
      search_line(search);
      if (!search.found()) {
        if (!budget_left()) return Reason::budget;
        if (history_.empty()) {
          return search.not_finite() > 0 ? Reason::not_finite : Reason::line_search_failed;
        }
        drop_history(search.not_finite() > 0 ? Event::stepped_back : Event::history_dropped);
        mask_gradient(x_, g_);
        continue;
      }
      take_kept_trial(search);
      if (!report(callback, search.kept_step(), search.done())) return Reason::stopped_by_caller;
    }
  }

  Objective& objective_;
  VectorOps& ops_;
  const LbfgsOptions& options_;
  std::size_t n_;
  Buffer memory_;
  LbfgsHistory history_;
  float* x_;
  float* x_trial_;
  float* g_;
  float* g_trial_;
  float* g_kept_;  // of the trial that the line search keeps so far
  float* p_;
  float* free_;
  float* masked_;
  float* work_;
  bool measured_is_kept_ = false;  // the pair measured last is that of the trial kept so far
  double gradient_max_trial_ = 0;
  ObjectiveValue value_kept_;  // likewise
  Result result_{};
  double first_change_ = 0;  // the step that makes it, along a direction that no pair shaped
  double lowest_ = 0;        // value so far
  int without_gain_ = 0;     // steps since then
  double value_before_ = 0;  // before the latest step
  Event event_ = Event::none;
};

}  // namespace

int device_vectors(const LbfgsOptions& options) {
  return 2 * options.history + (options.bounds ? 7 : 5) +
         (options.preconditioner != nullptr ? 1 : 0);
}

Result minimize(Objective& objective, VectorOps& ops, float* x, const LbfgsOptions& options,
                const ProgressCallback& callback, StateArchive* from) {
  check_common_options(options.max_evaluations, options.bounds);
  if (options.history < 1) throw InputError("the L-BFGS history must hold at least 1 pair");
  if (options.max_trials < 1 || options.stall_iterations < 1 || !(options.first_change > 0) ||
      !(0 < options.c1 && options.c1 < options.c2 && options.c2 < 1)) {
    throw InputError("L-BFGS needs 0 < c1 < c2 < 1, a positive first change, and at least 1 trial");
  }
  return Run(objective, ops, x, options).go(callback, from);
}

}  // namespace vggstyle

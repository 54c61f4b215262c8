#include "tools/session/optimize.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "optim/adam.h"
#include "optim/gradient_descent.h"
#include "optim/graph_objective.h"
#include "optim/lbfgs.h"
#include "optim/quiet.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

LbfgsOptions lbfgs_options(const Minimizer& minimizer) {
  LbfgsOptions options;
  options.max_evaluations = minimizer.iterations;
  options.history = minimizer.history;
  return options;
}

AdamOptions adam_options(const Minimizer& minimizer) {
  AdamOptions options;
  options.max_evaluations = minimizer.iterations;
  options.rate = minimizer.learning_rate.value_or(options.rate);
  return options;
}

GradientDescentOptions descent_options(const Minimizer& minimizer) {
  GradientDescentOptions options;
  options.max_evaluations = minimizer.iterations;
  options.step = minimizer.learning_rate.value_or(options.step);
  return options;
}

/// Only the ratios of a loss's weights matter to its minimum, and gradients are float32: weights far from
/// 1 are brought near it by a power of two, which changes no bit of a result that was in range.
int weight_exponent(const LossSpec& loss) {
  constexpr int kFar = 40;
  double largest = 0;
  for (const LossTerm& term : terms_of(loss)) {
    largest = std::max(largest, loss[term.kind].weight * term.weight);
  }
  const int exponent = largest > 0 ? std::ilogb(largest) : 0;
  return std::abs(exponent) > kFar ? exponent : 0;
}

ProblemSpec with_weights(const ProblemSpec& spec, int exponent) {
  ProblemSpec scaled = spec;
  for (const LossKind kind : kLossKinds) {
    scaled.loss[kind].weight = std::ldexp(spec.loss[kind].weight, -exponent);
  }
  return scaled;
}

LossValues times_power(LossValues values, int exponent) {
  values.total = std::ldexp(values.total, exponent);
  for (TermValue& term : values.terms) term.value = std::ldexp(term.value, exponent);
  return values;
}

}  // namespace

Result minimize(const Minimizer& minimizer, Objective& objective, VectorOps& ops, float* x,
                const ProgressCallback& callback) {
  switch (minimizer.optimizer) {
    case Optimizer::kLbfgs:
      return minimize(objective, ops, x, lbfgs_options(minimizer), callback);
    case Optimizer::kAdam:
      return minimize(objective, ops, x, adam_options(minimizer), callback);
    case Optimizer::kGradientDescent:
      return minimize(objective, ops, x, descent_options(minimizer), callback);
  }
  throw InternalError("an optimizer without an implementation");
}

int device_vectors(const Minimizer& minimizer) {
  switch (minimizer.optimizer) {
    case Optimizer::kLbfgs:
      return device_vectors(lbfgs_options(minimizer));
    case Optimizer::kAdam:
      return device_vectors(adam_options(minimizer));
    case Optimizer::kGradientDescent:
      return device_vectors(descent_options(minimizer));
  }
  throw InternalError("an optimizer without an implementation");
}

Optimized optimize(Engine& engine, const ProblemSpec& spec, const StepCallback& callback) {
  const int exponent = weight_exponent(spec.loss);
  Problem problem(engine, with_weights(spec, exponent));
  GraphObjective objective(problem.graph());
  const auto values_of = [&](const ObjectiveValue& value) {
    return times_power(loss_values(problem.graph().terms(), value.terms), exponent);
  };
  Optimized optimized{Picture::black(spec.start.width, spec.start.height), {}, {}, {}};
  QuietWatch watch;
  bool quiet = false;
  optimized.result = minimize(spec.minimizer, objective, engine.backend->vector_ops(),
                              problem.pixels(), [&](const Progress& progress) {
                                const LossValues terms = values_of(progress.value);
                                if (progress.iterations == 0) optimized.first = terms;
                                Progress shown = progress;
                                shown.gradient_max = std::ldexp(progress.gradient_max, exponent);
                                if (!callback(shown, terms)) return false;
                                quiet = spec.minimizer.until_quiet &&
                                        watch.is_quiet(progress.evaluations, progress.value.total);
                                return !quiet;
                              });
  if (quiet) optimized.result.reason = Reason::quiet;
  optimized.last = values_of(optimized.result.value);
  optimized.result.value.total = optimized.last.total;
  if (optimized.result.reason == Reason::not_finite) {
    problem.check_finite(std::numeric_limits<double>::quiet_NaN());
  }
  optimized.picture = spec.finished(problem.picture());
  return optimized;
}

}  // namespace vggstyle

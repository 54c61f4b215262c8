#include "tools/session/optimize.h"

#include <limits>

#include "optim/adam.h"
#include "optim/gradient_descent.h"
#include "optim/graph_objective.h"
#include "optim/lbfgs.h"
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
  Problem problem(engine, spec);
  GraphObjective objective(problem.graph());
  Optimized optimized{Picture::black(spec.start.width, spec.start.height), {}, {}, {}};
  optimized.result = minimize(spec.minimizer, objective, engine.backend->vector_ops(),
                              problem.pixels(), [&](const Progress& progress) {
                                const LossValues terms =
                                    loss_values(problem.graph().terms(), progress.value.terms);
                                if (progress.iterations == 0) optimized.first = terms;
                                return callback(progress, terms);
                              });
  optimized.last = loss_values(problem.graph().terms(), optimized.result.value.terms);
  if (optimized.result.reason == Reason::not_finite) {
    problem.check_finite(std::numeric_limits<double>::quiet_NaN());
  }
  optimized.picture = problem.picture();
  return optimized;
}

}  // namespace vggstyle

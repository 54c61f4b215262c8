#include "tools/session/minimize.h"

#include <optional>

#include "optim/adam.h"
#include "optim/gradient_descent.h"
#include "optim/lbfgs.h"
#include "optim/preconditioner/pyramid_preconditioner.h"
#include "optim/ranks/shared_archive.h"
#include "optim/ranks/shared_pyramid.h"
#include "optim/ranks/shared_vector_ops.h"
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

Result minimize(const Minimizer& minimizer, Objective& objective, Backend& backend, Shape picture,
                const BandVectors* bands, float* x, const ProgressCallback& callback,
                StateArchive* from) {
  std::optional<SharedVectorOps> shared_ops;
  if (bands != nullptr) shared_ops.emplace(bands->ranks(), backend.vector_ops());
  VectorOps& ops = bands != nullptr ? *shared_ops : backend.vector_ops();
  switch (minimizer.optimizer) {
    case Optimizer::kLbfgs: {
      LbfgsOptions options = lbfgs_options(minimizer);
      std::optional<PyramidPreconditioner> pyramid;
      std::optional<SharedPyramid> shared;
      if (minimizer.preconditioner == Preconditioning::kPyramid) {
        if (bands != nullptr) {
          options.preconditioner = &shared.emplace(*bands, backend);
        } else {
          options.preconditioner = &pyramid.emplace(backend, picture);
        }
      }
      return minimize(objective, ops, x, options, callback, from);
    }
    case Optimizer::kAdam:
      return minimize(objective, ops, x, adam_options(minimizer), callback, from);
    case Optimizer::kGradientDescent:
      return minimize(objective, ops, x, descent_options(minimizer), callback, from);
  }
  throw InternalError("an optimizer without an implementation");
}

}  // namespace

int device_vectors(const Minimizer& minimizer) {
  switch (minimizer.optimizer) {
    case Optimizer::kLbfgs:
      // A preconditioner takes one, and its levels a third of one.
      return device_vectors(lbfgs_options(minimizer)) +
             (minimizer.preconditioner == Preconditioning::kPyramid ? 2 : 0);
    case Optimizer::kAdam:
      return device_vectors(adam_options(minimizer));
    case Optimizer::kGradientDescent:
      return device_vectors(descent_options(minimizer));
  }
  throw InternalError("an optimizer without an implementation");
}

Result minimize(const Minimizer& minimizer, Problem& problem, Objective& objective, Engine& engine,
                const ProgressCallback& callback, StateArchive* from) {
  const BandVectors* bands = problem.bands();
  const auto run = [&](const ProgressCallback& call, StateArchive* state) {
    return minimize(minimizer, objective, *engine.backend, problem.graph().pixel_shape(), bands,
                    problem.pixels(), call, state);
  };
  if (bands == nullptr) return run(callback, from);
  const auto on_step = [&](Progress progress) {
    if (progress.save) {
      progress.save = [bands, save = progress.save](StateArchive& state) {
        SharedSaver shared(*bands, state);
        save(shared);
        shared.rethrow();
      };
    }
    return callback(progress);
  };
  if (from == nullptr) return run(on_step, nullptr);
  SharedRestorer restored(*bands, *from);
  return run(on_step, &restored);
}

}  // namespace vggstyle

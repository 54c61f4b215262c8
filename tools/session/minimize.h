#pragma once

#include "optim/optimizer.h"
#include "tools/session/engine.h"
#include "tools/session/problem.h"

namespace vggstyle {

/// Minimises from the pixels of a problem, whose loss the objective is; they become the best point found. Among ranks,
/// what the callback saves and `from` restores is the state of a run that is alone.
Result minimize(const Minimizer& minimizer, Problem& problem, Objective& objective, Engine& engine,
                const ProgressCallback& callback, StateArchive* from);

/// The vectors that this takes, each of the size of `x`.
int device_vectors(const Minimizer& minimizer);

}  // namespace vggstyle

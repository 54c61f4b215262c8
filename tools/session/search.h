#pragma once

#include <optional>

#include "net/loss_spec.h"
#include "optim/optimizer.h"
#include "tools/cli/options.h"
#include "tools/session/defaults.h"

namespace vggstyle {

/// How the pixels are searched for: the optimiser and its settings, defaults filled in.
struct Search {
  Optimizer optimizer;
  int iterations;  ///< evaluations of value and gradient
  int history;
  std::optional<double> learning_rate;
  std::string init;  ///< "noise", "content", "style" or a file
  std::uint64_t seed;

  /// The tutorial's descent also divides each term by its value.
  bool divides_terms(Normalization normalization) const {
    return optimizer == Optimizer::kGradientDescent && normalization == Normalization::kTutorial;
  }
};

/// InputError for an unknown optimiser, a number out of range, or an option that the optimiser does
/// not have.
Search make_search(const SearchOptions& options, Normalization normalization, Task task);

/// Minimises from the device vector `x`, which becomes the best point found.
Result minimize(const Search& search, Objective& objective, VectorOps& ops, float* x,
                const ProgressCallback& callback);

}  // namespace vggstyle

#include "tools/session/search.h"

#include <cmath>

#include "optim/adam.h"
#include "optim/gradient_descent.h"
#include "optim/lbfgs.h"
#include "runtime/error.h"
#include "tools/cli/numbers.h"

namespace vggstyle {
namespace {

void check_options(const SearchOptions& options, const Search& search) {
  check_range("--iterations", search.iterations, 1, 1'000'000);
  check_range("--history", search.history, 1, 1000);
  const bool lbfgs = search.optimizer == Optimizer::kLbfgs;
  if (options.history && !lbfgs) {
    throw InputError("--history is for --optimizer lbfgs only");
  }
  if (search.learning_rate && lbfgs) {
    throw InputError("--learning-rate is for --optimizer adam and gd; L-BFGS finds its own steps");
  }
  if (const double rate = search.learning_rate.value_or(1); !std::isfinite(rate) || rate <= 0) {
    throw InputError("--learning-rate must be above 0");
  }
}

}  // namespace

Search make_search(const SearchOptions& options, Normalization normalization, Task task) {
  const SearchDefaults defaults = search_defaults(normalization, task);
  Search search{options.optimizer ? parse_optimizer(*options.optimizer) : defaults.optimizer,
                options.iterations.value_or(defaults.iterations),
                options.history.value_or(kDefaultHistory),
                options.learning_rate,
                options.init.value_or(std::string(defaults.init)),
                options.seed};
  check_options(options, search);
  return search;
}

Result minimize(const Search& search, Objective& objective, VectorOps& ops, float* x,
                const ProgressCallback& callback) {
  switch (search.optimizer) {
    case Optimizer::kLbfgs: {
      LbfgsOptions options;
      options.max_evaluations = search.iterations;
      options.history = search.history;
      return minimize(objective, ops, x, options, callback);
    }
    case Optimizer::kAdam: {
      AdamOptions options;
      options.max_evaluations = search.iterations;
      options.rate = search.learning_rate.value_or(options.rate);
      return minimize(objective, ops, x, options, callback);
    }
    case Optimizer::kGradientDescent: {
      GradientDescentOptions options;
      options.max_evaluations = search.iterations;
      options.step = search.learning_rate.value_or(options.step);
      return minimize(objective, ops, x, options, callback);
    }
  }
  throw InternalError("an optimizer without an implementation");
}

}  // namespace vggstyle

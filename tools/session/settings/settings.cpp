#include "tools/session/settings/settings.h"

#include "runtime/error.h"

namespace vggstyle {

std::string_view name_of(Optimizer optimizer) {
  switch (optimizer) {
    case Optimizer::kLbfgs:
      return "lbfgs";
    case Optimizer::kAdam:
      return "adam";
    case Optimizer::kGradientDescent:
      return "gd";
  }
  throw InternalError("an optimizer without a name");
}

Optimizer parse_optimizer(std::string_view name) {
  for (const Optimizer optimizer :
       {Optimizer::kLbfgs, Optimizer::kAdam, Optimizer::kGradientDescent}) {
    if (name == name_of(optimizer)) return optimizer;
  }
  throw InputError("unknown optimizer '" + std::string(name) + "': use one of lbfgs, adam, gd");
}

}  // namespace vggstyle

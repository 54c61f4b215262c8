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

std::string_view name_of(Preconditioning preconditioning) {
  return preconditioning == Preconditioning::kNone ? "none" : "pyramid";
}

Preconditioning parse_preconditioning(std::string_view name) {
  for (const Preconditioning one : {Preconditioning::kNone, Preconditioning::kPyramid}) {
    if (name == name_of(one)) return one;
  }
  throw InputError("unknown preconditioner '" + std::string(name) + "': use one of none, pyramid");
}

std::string_view name_of(ColorMode mode) {
  switch (mode) {
    case ColorMode::kStyle:
      return "style";
    case ColorMode::kContent:
      return "content";
    case ColorMode::kLuminance:
      return "luminance";
    case ColorMode::kMatch:
      return "match";
    case ColorMode::kMatchCholesky:
      return "match-cholesky";
    case ColorMode::kOnly:
      return "only";
  }
  throw InternalError("a color mode without a name");
}

ColorMode parse_color_mode(std::string_view name) {
  for (const ColorMode mode : {ColorMode::kStyle, ColorMode::kContent, ColorMode::kLuminance,
                               ColorMode::kMatch, ColorMode::kMatchCholesky, ColorMode::kOnly}) {
    if (name == name_of(mode)) return mode;
  }
  throw InputError("unknown color '" + std::string(name) +
                   "': use one of style, content, luminance, match, match-cholesky, only");
}

}  // namespace vggstyle

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "tools/session/settings/settings.h"

namespace vggstyle {

/// The optimiser and its settings, defaults filled in.
struct Minimizer {
  Optimizer optimizer = Optimizer::kLbfgs;
  int iterations = 0;                                       ///< evaluations of value and gradient
  int history = 0;                                          ///< curvature pairs
  Preconditioning preconditioner = Preconditioning::kNone;  ///< of L-BFGS
  std::optional<double> learning_rate;
  bool until_quiet = false;  ///< end where QuietWatch says so, if before `iterations`
  int scales = 1;            ///< sizes, each twice the one before; `iterations` at each

  /// Of all sizes, if none ends early.
  int most_evaluations() const { return iterations * scales; }

  /// The tutorial's descent also divides each kind of loss by its value.
  bool divides_terms(Normalization normalization) const {
    return optimizer == Optimizer::kGradientDescent && normalization == Normalization::kTutorial;
  }
};

/// What is minimised, defaults filled in, which are those for weights of this kind
/// (NetworkWeights::kind). SettingError for a weight that is negative or not a number, InputError for an
/// unknown layer.
LossSpec resolve_loss(const LossSettings& settings, Task task, Model model,
                      std::string_view weights_kind);

/// Reflecting padding for a loss with regions, unless another one is set, or cuDNN, which has zeros only. A region
/// inside a picture has no border, and the style's statistics contain that of the style: with zeros there, which the
/// region imitates by specks.
void resolve_padding(const LossSettings& settings, const DeviceSettings& device, LossSpec& spec);

/// SettingError for a number out of range, or a setting that the optimiser does not have.
Minimizer resolve_optimizer(const OptimizerSettings& settings, Normalization normalization,
                            Task task);

StartSettings::Kind resolve_start(const StartSettings& settings, Normalization normalization,
                                  Task task);

/// One weight a style, all 1 if none are given. SettingError if they do not fit.
std::vector<double> resolve_blend(const std::vector<double>& weights, std::size_t styles);

/// SettingError for sizes and scales out of range.
void check_pictures(const PictureSettings& settings);

}  // namespace vggstyle

#include "tools/session/settings/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/session/settings/check.h"
#include "tools/session/settings/defaults.h"
#include "tools/session/settings/layer_names.h"

namespace vggstyle {
namespace {

void check_optimizer(const OptimizerSettings& given, const Minimizer& minimizer) {
  check_range("iterations", minimizer.iterations, 1, 1'000'000);
  check_range("history", minimizer.history, 1, 1000);
  check_range("scales", minimizer.scales, 1, kMostScales);
  const bool lbfgs = minimizer.optimizer == Optimizer::kLbfgs;
  if (given.history && !lbfgs)
    throw SettingError("history", " applies only to the optimizer lbfgs");
  if (given.preconditioner.value_or(Preconditioning::kNone) != Preconditioning::kNone && !lbfgs) {
    throw SettingError("preconditioner", " pyramid applies only to the optimizer lbfgs");
  }
  if (minimizer.learning_rate && lbfgs) {
    throw SettingError("learning-rate",
                       " applies only to the optimizers adam and gd; L-BFGS finds its own step");
  }
  if (const double rate = minimizer.learning_rate.value_or(1); !std::isfinite(rate) || rate <= 0) {
    throw SettingError("learning-rate", " must be above 0");
  }
}

}  // namespace

LossSpec resolve_loss(const LossSettings& settings, Task task, Model model,
                      std::string_view weights_kind) {
  const LossDefaults defaults = loss_defaults(settings.normalization, task, weights_kind);
  LossSpec spec;
  spec.normalization = settings.normalization;
  spec.tv_kind = settings.tv_kind;
  spec.pooling = settings.pooling;
  spec.padding = settings.padding.value_or(Padding::kZero);
  spec.style_form = settings.style_form;
  if (settings.gram && spec.style_form != StyleForm::kGram) {
    throw SettingError("gram", fmt::format(" applies only to the style loss gram, not to {}",
                                           name_of(spec.style_form)));
  }
  spec.gram = settings.gram.value_or(defaults.gram);
  for (const LossKind kind : kLossKinds) {
    const LossSettings::Group& given = settings[kind];
    const std::string name(name_of(kind));
    if (given.weight) check_weight(name + "-weight", *given.weight);
    spec[kind].weight = given.weight.value_or(defaults[kind].weight);
    spec[kind].layers.clear();
    if (spec[kind].weight == 0) continue;
    const std::string setting = name + "-layers";
    const LayerNames layers =
        given.layers ? *given.layers : parse_layer_names(setting, defaults[kind].layers);
    spec[kind].layers = find_layers(setting, layers, model);
    if (has_layers(kind) && std::ranges::all_of(spec[kind].layers, [](const LossLayer& layer) {
          return layer.weight == 0;
        })) {
      throw SettingError(
          setting,
          fmt::format(": every layer has weight 0; use --{}-weight 0 to leave it out", name));
    }
  }
  return spec;
}

void resolve_padding(const LossSettings& settings, const DeviceSettings& device, LossSpec& spec) {
  const bool has_edges_inside = spec.regions > 0;
  if (!settings.padding && has_edges_inside && !device.cudnn) spec.padding = Padding::kReflect;
}

Minimizer resolve_optimizer(const OptimizerSettings& settings, Normalization normalization,
                            Task task) {
  const OptimizerDefaults defaults = optimizer_defaults(normalization, task);
  const Minimizer minimizer{
      settings.optimizer.value_or(defaults.optimizer),
      settings.iterations.value_or(settings.until_quiet ? kMostUntilQuiet : defaults.iterations),
      settings.history.value_or(kDefaultHistory),
      settings.preconditioner.value_or(defaults.preconditioner),
      settings.learning_rate,
      settings.until_quiet,
      settings.scales};
  check_optimizer(settings, minimizer);
  return minimizer;
}

StartSettings::Kind resolve_start(const StartSettings& settings, Normalization normalization,
                                  Task task) {
  return settings.kind.value_or(optimizer_defaults(normalization, task).start);
}

std::vector<double> resolve_blend(const std::vector<double>& weights, std::size_t styles) {
  if (weights.empty()) return std::vector<double>(styles, 1.0);
  for (const double weight : weights) check_weight("style-blend", weight);
  if (weights.size() != styles) {
    throw SettingError("style-blend",
                       fmt::format(" has {} weights for {} styles; give one weight per style",
                                   weights.size(), styles));
  }
  if (!(std::accumulate(weights.begin(), weights.end(), 0.0) > 0)) {
    throw SettingError("style-blend", ": at least one weight must be above 0");
  }
  return weights;
}

void check_pictures(const PictureSettings& settings) {
  check_range("max-megapixels", settings.reading.max_megapixels, 1, 4000);
  if (settings.size) check_range("size", *settings.size, 1, kLargestSize);
  if (settings.style_size) check_range("style-size", *settings.style_size, 1, kLargestSize);
  if (const double scale = settings.style_scale.value_or(1); !(scale >= 0.01 && scale <= 100)) {
    throw SettingError("style-scale", fmt::format(" must be from 0.01 to 100, not {}", scale));
  }
}

}  // namespace vggstyle

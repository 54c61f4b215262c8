#include "tools/session/defaults.h"

#include <fmt/format.h>

#include "runtime/error.h"

namespace vggstyle {
namespace {

constexpr std::string_view kFirstOfEachBlock = "conv1_1,conv2_1,conv3_1,conv4_1,conv5_1";

/// As the founding paper has it; its alpha / beta is 1e-3.
constexpr LossDefaults kGatys = {kFirstOfEachBlock, "conv4_2", GramMode::kRaw, 1e3, 1.0, 0.0};
/// The Torch tool's own defaults.
constexpr LossDefaults kNeuralStyle = {
    kFirstOfEachBlock, "conv4_2", GramMode::kRaw, 100.0, 5.0, 1e-3};
constexpr LossDefaults kTutorial = {"all", "conv3_1", GramMode::kRaw, 10.0, 1.5, 0.3};
/// Chosen by looking, at 192 to 256 px: content weights from 0.02 (more of the style) to 0.08 (more
/// of the picture) all look good. `pixels` pins the palette; conv5_1 on top costs time, and makes a
/// texture of the size of its style remember where things were.
constexpr LossDefaults kRelative = {
    "pixels,conv1_1,conv2_1,conv3_1,conv4_1", "conv4_2", GramMode::kBoth, 1.0, 0.04, 0.0};

/// In the order of Normalization.
constexpr LossDefaults kTable[] = {kGatys, kNeuralStyle, kTutorial, kRelative};

}  // namespace

Optimizer parse_optimizer(std::string_view name) {
  for (const Optimizer optimizer :
       {Optimizer::kLbfgs, Optimizer::kAdam, Optimizer::kGradientDescent}) {
    if (name == name_of(optimizer)) return optimizer;
  }
  throw InputError("unknown optimizer '" + std::string(name) + "': use one of lbfgs, adam, gd");
}

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

LossDefaults loss_defaults(Normalization normalization, Task task) {
  LossDefaults defaults = kTable[static_cast<std::size_t>(normalization)];
  if (task == Task::kTexture) {
    // The two matrices that the article concatenates give the better textures.
    defaults.gram = GramMode::kBoth;
    defaults.content_weight = 0;
  }
  if (task == Task::kReconstruct) {
    defaults.style_weight = 0;
    defaults.content_weight = 1;
    defaults.tv_weight = 0;
  }
  return defaults;
}

SearchDefaults search_defaults(Normalization normalization, Task task) {
  SearchDefaults defaults{Optimizer::kLbfgs, 150, "content"};
  if (normalization == Normalization::kGatys || normalization == Normalization::kNeuralStyle) {
    defaults.iterations = 500;
    defaults.init = "noise";
  }
  if (normalization == Normalization::kTutorial) {
    defaults = {Optimizer::kGradientDescent, 120, "content"};
  }
  if (task != Task::kTransfer) {
    defaults.init = "noise";
    if (defaults.optimizer == Optimizer::kLbfgs) defaults.iterations = 200;
  }
  return defaults;
}

float noise_deviation(Task task) {
  // A content layer hardly sees fine noise, so what a run starts with stays as specks; a texture
  // wants enough to grow strokes from.
  return task == Task::kTexture ? 32 : 8;
}

std::string defaults_help(Task task) {
  std::string text = "Defaults by --normalization:\n";
  for (const Normalization normalization :
       {Normalization::kRelative, Normalization::kGatys, Normalization::kNeuralStyle,
        Normalization::kTutorial}) {
    const LossDefaults loss = loss_defaults(normalization, task);
    const SearchDefaults search = search_defaults(normalization, task);
    text += fmt::format("  {:<13}", name_of(normalization));
    if (loss.style_weight > 0) {
      text += fmt::format("style {} on {} ({}), ", loss.style_weight, loss.style_layers,
                          name_of(loss.gram));
    }
    if (loss.content_weight > 0) {
      text += fmt::format("content {} on {}, ", loss.content_weight, loss.content_layers);
    }
    text += fmt::format("tv {},\n{:15}{} iterations of {} from {}\n", loss.tv_weight, "",
                        search.iterations, name_of(search.optimizer), search.init);
  }
  return text;
}

}  // namespace vggstyle

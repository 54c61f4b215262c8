#include "tools/session/settings/defaults.h"

#include <fmt/format.h>

namespace vggstyle {
namespace {

constexpr std::string_view kFirstOfEachBlock = "conv1_1,conv2_1,conv3_1,conv4_1,conv5_1";

/// Style, content, total variation; the Gram mode.
/// As the founding paper has it; its alpha / beta is 1e-3.
constexpr LossDefaults kGatys = {{{{1e3, kFirstOfEachBlock}, {1.0, "conv4_2"}, {0.0}}},
                                 GramMode::kRaw};
/// The Torch tool's own defaults.
constexpr LossDefaults kNeuralStyle = {{{{100.0, kFirstOfEachBlock}, {5.0, "conv4_2"}, {1e-3}}},
                                       GramMode::kRaw};
constexpr LossDefaults kTutorial = {{{{10.0, "all"}, {1.5, "conv3_1"}, {0.3}}}, GramMode::kRaw};
/// Chosen by looking, at 192 to 256 px: content weights from 0.02 (more of the style) to 0.08 (more
/// of the picture) all look good. `pixels` pins the palette; conv5_1 on top costs time, and makes a
/// texture of the size of its style remember where things were.
constexpr LossDefaults kRelative = {
    {{{1.0, "pixels,conv1_1,conv2_1,conv3_1,conv4_1"}, {0.04, "conv4_2"}, {0.0}}}, GramMode::kBoth};

/// With the house weights, a transfer's content: their deep layers know less of where things are than the
/// published ones do, and let go of them (weights/HOUSE.md has the figures).
constexpr std::string_view kHouseContentLayer = "conv2_2";

/// In the order of Normalization.
constexpr LossDefaults kTable[] = {kGatys, kNeuralStyle, kTutorial, kRelative};

const char* name_of(StartSettings::Kind kind) {
  return kind == StartSettings::Kind::kContent ? "content" : "noise";
}

}  // namespace

LossDefaults loss_defaults(Normalization normalization, Task task, std::string_view weights_kind) {
  LossDefaults defaults = kTable[static_cast<std::size_t>(normalization)];
  if (task == Task::kTransfer && normalization == Normalization::kRelative &&
      weights_kind == "house") {
    defaults[LossKind::kContent].layers = kHouseContentLayer;
  }
  if (task == Task::kTexture) {
    // The two matrices that the article concatenates give the better textures.
    defaults.gram = GramMode::kBoth;
    defaults[LossKind::kContent].weight = 0;
    // Looked at, at 176 px: from noise the published networks leave a weave of dots, half of it with 0.05, none with
    // this, and as many strokes.
    if (normalization == Normalization::kRelative) defaults[LossKind::kTv].weight = 0.1;
  }
  if (task == Task::kReconstruct) {
    defaults[LossKind::kStyle].weight = 0;
    defaults[LossKind::kContent].weight = 1;
    defaults[LossKind::kTv].weight = 0;
  }
  return defaults;
}

OptimizerDefaults optimizer_defaults(Normalization normalization, Task task) {
  using Start = StartSettings::Kind;
  OptimizerDefaults defaults{Optimizer::kLbfgs, 150, Start::kContent, Preconditioning::kPyramid};
  if (normalization == Normalization::kGatys || normalization == Normalization::kNeuralStyle) {
    // As those tools have it.
    defaults = {Optimizer::kLbfgs, 500, Start::kNoise, Preconditioning::kNone};
  }
  if (normalization == Normalization::kTutorial) {
    defaults = {Optimizer::kGradientDescent, 120, Start::kContent, Preconditioning::kNone};
  }
  if (task != Task::kTransfer) {
    defaults.start = Start::kNoise;
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
    const LossDefaults loss = loss_defaults(normalization, task, "");
    const OptimizerDefaults optimizer = optimizer_defaults(normalization, task);
    text += fmt::format("  {:<13}", name_of(normalization));
    for (const LossKind kind : kPictureKinds) {
      const auto& [weight, layers] = loss[kind];
      if (!has_layers(kind)) {
        text += fmt::format("{} {},\n", name_of(kind), weight);
      } else if (weight > 0) {
        const bool style = kind == LossKind::kStyle;
        text += fmt::format("{} {} on {}{}, ", name_of(kind), weight, layers,
                            style ? fmt::format(" ({})", name_of(loss.gram)) : "");
      }
    }
    text += fmt::format("{:15}{} iterations of {} from {}\n", "", optimizer.iterations,
                        name_of(optimizer.optimizer), name_of(optimizer.start));
  }
  if (task == Task::kTransfer) {
    text += fmt::format("With the house weights, relative takes its content from {}.\n",
                        kHouseContentLayer);
  }
  return text;
}

}  // namespace vggstyle

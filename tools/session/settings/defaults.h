#pragma once

#include <array>
#include <string>
#include <string_view>

#include "tools/session/settings/settings.h"

namespace vggstyle {

/// The defaults that a normalization brings along: each scales its terms in its own way, so weights
/// and layers that suit one do not suit another. All in one table (defaults.cpp).
///
/// Not among them: padding, which is zero, as in the sources of `gatys`, `neural-style` and
/// `tutorial` and in the training of every weights file, unless there are regions (resolve_padding()). Looked at, for `relative`, at 160 px after 50
/// evaluations: zeros leave a rim one or two pixels wide (house weights: 20 of 255 brighter than what is
/// next to it; published: thin lines), reflect none, replicate a faint one, and circular brings in what is on
/// the opposite side. `--padding reflect` is there for those who mind; as a default it would change every picture
/// and figure that this project shows, for two pixels.
struct LossDefaults {
  struct Group {
    double weight = 0;
    std::string_view layers = "pixels";  ///< as parse_layer_names() reads it
  };
  std::array<Group, kLossKinds.size()> groups;
  GramMode gram = GramMode::kRaw;

  Group& operator[](LossKind kind) { return groups[static_cast<std::size_t>(kind)]; }
  const Group& operator[](LossKind kind) const { return groups[static_cast<std::size_t>(kind)]; }
};
/// `weights_kind` is NetworkWeights::kind: features differ in what they know of a picture.
LossDefaults loss_defaults(Normalization normalization, Task task, std::string_view weights_kind);

struct OptimizerDefaults {
  Optimizer optimizer;
  int iterations;
  StartSettings::Kind start;
  Preconditioning preconditioner;  ///< if the optimiser is L-BFGS
};
OptimizerDefaults optimizer_defaults(Normalization normalization, Task task);

/// The defaults of every normalization, for --help.
std::string defaults_help(Task task);

/// The deviation of the noise that a run starts from, in pixel values.
float noise_deviation(Task task);

inline constexpr int kDefaultSize = 512;
inline constexpr int kLargestSize = 30000;
inline constexpr int kDefaultHistory = 20;
inline constexpr int kMostScales = 10;
/// Evaluations of a run that ends where it is quiet, if it is not told another number.
inline constexpr int kMostUntilQuiet = 1000;

}  // namespace vggstyle

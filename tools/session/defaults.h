#pragma once

#include <string>
#include <string_view>

#include "net/loss_spec.h"

namespace vggstyle {

/// What a command optimises for.
enum class Task { kTransfer, kTexture, kReconstruct };

enum class Optimizer { kLbfgs, kAdam, kGradientDescent };
/// "lbfgs", "adam", "gd"; InputError otherwise.
Optimizer parse_optimizer(std::string_view name);
std::string_view name_of(Optimizer optimizer);

/// The defaults that a normalization brings along: each scales its terms in its own way, so weights
/// and layers that suit one do not suit another. All in one table (tools/session/defaults.cpp).
struct LossDefaults {
  std::string_view style_layers;    ///< as on the command line
  std::string_view content_layers;  ///< likewise
  GramMode gram;
  double style_weight;
  double content_weight;
  double tv_weight;
};
LossDefaults loss_defaults(Normalization normalization, Task task);

struct SearchDefaults {
  Optimizer optimizer;
  int iterations;
  std::string_view init;  ///< as on the command line
};
SearchDefaults search_defaults(Normalization normalization, Task task);

/// The defaults of every normalization, for --help.
std::string defaults_help(Task task);

/// The deviation of the noise that a run starts from, in pixel values.
float noise_deviation(Task task);

inline constexpr int kDefaultSize = 512;
inline constexpr int kLargestSize = 30000;
inline constexpr int kDefaultHistory = 20;
inline constexpr std::string_view kDefaultOutput = "stylised.png";

}  // namespace vggstyle

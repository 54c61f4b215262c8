#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/session/settings/settings.h"

namespace vggstyle {

/// One value and gradient, written down for comparison with other programs.
struct EvaluateRequest {
  std::string image;
  std::string content;               ///< empty: no content loss
  std::vector<std::string> styles;   ///< none: no style loss
  std::optional<LayerNames> layers;  ///< whose activations are stored; empty: see evaluate()
  Settings settings;                 ///< of these, what a value and gradient needs
  std::string output;
  /// A file of evaluate() whose activations say which side of its ReLU each unit is on, for the gradient; empty:
  /// this evaluation's own.
  std::string sides_of;
  bool quiet = false;
  std::string command_line;
  std::vector<std::string> arguments;  ///< what followed the command's name
};

/// Writes, as HDF5, with every setting as an attribute of the root:
///   /activations/LAYER              H x W x C float32, after ReLU, of the image
///   /mean/LAYER                     C float64
///   /gram/LAYER, /gram_centered/..  C x C float64, F F^T (not divided by the positions)
///   /loss/total, /loss/tv, /loss/style/LAYER, /loss/content/LAYER   float64, weights included;
///                                   a kind without layers of its own has one number
///   /gradient                       H x W x 3 float32, d total / d RGB in 0..255
/// Without `layers`, all convolutions up to the deepest that a loss needs are stored; with neither
/// content nor styles there are no losses, and all layers are. The image is taken as it is unless
/// --size is given; a content of another size is resized to it (attribute content_resized). The
/// styles are taken as they are unless --style-size is given.
int evaluate(const EvaluateRequest& request);

}  // namespace vggstyle

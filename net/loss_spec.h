#pragma once

#include <string_view>
#include <vector>

#include "net/layers.h"

namespace vggstyle {

enum class GramMode { kRaw, kCentered, kBoth };
enum class Normalization { kGatys, kNeuralStyle, kTutorial, kRelative };
enum class Pooling { kMax, kAverage };

/// "raw", "centered", "both"; InputError otherwise. Likewise below.
GramMode parse_gram_mode(std::string_view name);
Normalization parse_normalization(std::string_view name);
Pooling parse_pooling(std::string_view name);
std::string_view name_of(GramMode mode);
std::string_view name_of(Normalization normalization);
std::string_view name_of(Pooling pooling);

/// A layer that a loss looks at, and its weight relative to the others of the same loss.
struct LossLayer {
  int layer;            ///< index into conv_layers(), or kPixelLayer (style only)
  double weight = 1.0;  ///< >= 0
};

/// What is minimised:
///   total = content_weight * content + style_weight * style + tv_weight * tv
///
/// With g = F F^T / M the Gram matrix per position of a layer (C channels, M positions), g' that of
/// the style, gc and gc' the centred ones (gc = g - mu mu^T), w_l the layer's weight, n the number
/// of layers of that loss, F' the content's activations:
///
///   style   = 1/n sum_l w_l * s_l,   content = 1/n sum_l w_l * c_l
///
///   normalization | s_l for mode raw (mode centered: gc for g; mode both: the sum of the two)
///   gatys         | 1/(4 C^2) sum (g - g')^2
///   neural-style  | n * mean over C^2 of (g/C - g'/C)^2     (the tool sums over layers)
///   tutorial      | M^2 * mean over C^2 of (g - g')^2       (G = M g, F F^T of M positions)
///   relative      | sum (g - g')^2 / sum g'^2
///
///   normalization | c_l
///   gatys         | n * 1/2 sum (F - F')^2                  (the paper has one content layer)
///   neural-style  | n * mean (F - F')^2
///   tutorial      | mean (F - F')^2
///   relative      | sum (F - F')^2 / sum (F' - mean F')^2, mean per channel over positions
///
///   normalization | tv; p the pixels, differences between horizontal and vertical neighbours
///   gatys         | sum of squared differences, p in 0..255
///   neural-style  | sum of absolute differences, p in 0..255
///   tutorial      | sum of absolute differences, p in 0..255
///   relative      | mean of squared differences over all 3(H(W-1) + (H-1)W) pairs, p in 0..1
///
/// A denominator of `relative` is floored at 1e-20 (style) and 1e-20 (content): a black style has
/// none.
///
/// Sources: Gatys, Ecker, Bethge 2016 (eq. 1-7); J. Johnson's neural-style (Torch), whose
/// PyTorch port divides as above.
struct LossSpec {
  std::vector<LossLayer> style_layers;
  std::vector<LossLayer> content_layers;
  GramMode gram = GramMode::kBoth;
  Normalization normalization = Normalization::kRelative;
  Pooling pooling = Pooling::kMax;
  double style_weight = 1.0;
  double content_weight = 0.0;
  double tv_weight = 0.0;
};

/// The deepest layer that any loss with a weight above 0 needs, kPixelLayer if none.
int deepest_layer(const LossSpec& spec);
/// The spec without the layers of losses with weight 0, which are not computed.
LossSpec without_idle_losses(LossSpec spec);

/// The style statistics of one layer, per position: what a Gram-based loss remembers of a picture.
struct StyleStatistics {
  int channels = 0;
  std::vector<double> gram;  ///< g = F F^T / M, C x C, row-major, symmetric
  std::vector<double> mean;  ///< mu, C
};

/// Weighted mean of several styles' statistics (weights are normalised to sum 1). Blending g and mu
/// before centring is deliberate: the mean of centred matrices is not the centred matrix of the
/// mixture.
StyleStatistics blend(const std::vector<StyleStatistics>& styles,
                      const std::vector<double>& weights);

}  // namespace vggstyle

#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "kernels/padding.h"
#include "kernels/pooling.h"
#include "kernels/total_variation.h"
#include "net/layers.h"

namespace vggstyle {

/// What a style loss compares of each layer.
enum class StyleForm {
  kGram,        ///< Gram matrices
  kMoments,     ///< mean and deviation of each channel
  kWasserstein  ///< the normal distributions with the same means and covariances
};
enum class GramMode { kRaw, kCentered, kBoth };
enum class Normalization { kGatys, kNeuralStyle, kTutorial, kRelative };

/// "gram", "moments", "wasserstein"; InputError otherwise. Likewise below.
StyleForm parse_style_form(std::string_view name);
GramMode parse_gram_mode(std::string_view name);
Normalization parse_normalization(std::string_view name);
TotalVariation parse_total_variation(std::string_view name);
Pooling parse_pooling(std::string_view name);
Padding parse_padding(std::string_view name);
std::string_view name_of(StyleForm form);
std::string_view name_of(GramMode mode);
std::string_view name_of(Normalization normalization);
std::string_view name_of(TotalVariation kind);
std::string_view name_of(Pooling pooling);
std::string_view name_of(Padding padding);

/// What a term of the loss compares. Most of what is above net/ iterates over these;
/// docs/architecture.md says what a further kind takes.
enum class LossKind {
  kStyle,     ///< statistics of activations (StyleForm) with those of the styles
  kContent,   ///< activations with those of the content
  kTv,        ///< total variation: neighbouring pixels with each other; on `pixels` only
  kTemporal,  ///< pixels with those of a video's last frame, moved along; on `pixels` only
};
inline constexpr std::array kLossKinds = {LossKind::kStyle, LossKind::kContent, LossKind::kTv,
                                          LossKind::kTemporal};
/// Those that a picture has which is no frame of a video.
inline constexpr std::array kPictureKinds = {LossKind::kStyle, LossKind::kContent, LossKind::kTv};
/// "style", "content", "tv", "temporal".
std::string_view name_of(LossKind kind);
/// Whether the user chooses its layers.
bool has_layers(LossKind kind);

/// LossTerm::region of what does not look at one region, but everywhere.
inline constexpr int kWholePicture = -1;
/// LossTerm::region of the content's terms where positions count differently for it.
inline constexpr int kContentWeights = -2;

/// A layer that a loss looks at, and its weight relative to the others of the same kind.
struct LossLayer {
  int layer;            ///< index into conv_layers(), or kPixelLayer
  double weight = 1.0;  ///< >= 0

  bool operator==(const LossLayer&) const = default;
};

/// All terms of one kind.
struct LossGroup {
  double weight = 0.0;  ///< of the kind as a whole; 0: not computed, its layers are ignored
  std::vector<LossLayer> layers = {};

  bool operator==(const LossGroup&) const = default;
};

/// One term: a kind on a layer, of a style in a region of the picture. A loss is a list of them.
struct LossTerm {
  LossKind kind;
  int layer;
  double weight = 1.0;  ///< as LossLayer::weight
  int region = kWholePicture;
};

/// What is minimised:
///   total = sum over kinds of weight * kind: style, content, tv, temporal
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
/// Other forms than Gram's have a squared distance d of the layer's distribution from that of the style,
/// 0 only where all that they compare is the same. With sigma the deviations of the channels:
///
///   moments       | d = sum (mu - mu')^2 + sum (sigma - sigma')^2
///   wasserstein   | d = sum (mu - mu')^2 + tr(gc + gc' - 2 (gc'^1/2 gc gc'^1/2)^1/2)
///
/// where a little is added to all variances (net/style/style_function.h). In `gatys` and `tutorial` s_l is
/// the mean over channels, 1/C d; in `neural-style` n times that; in `relative` d / tr g', which is
/// 0 for the same and 1 for black.
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
/// With a tv_kind it takes the place of these squares and absolute values (kernels/total_variation.h): a sum where
/// they are summed; in `relative` a mean over pairs, or of the isotropic kind over all 3HW positions, divided by 255,
/// or squared by 255^2.
///
/// With p' a frame's target, c its weights (0 to 1, one a pixel) and D = 3HW (Ruder, Dosovitskiy and Brox
/// 2016, eq. 7; arXiv 1604.08610):
///
///   normalization | temporal; p the pixels
///   gatys         | 1/2 sum c (p - p')^2, p in 0..255 (as its content: a sum)
///   neural-style  | 1/D sum c (p - p')^2, p in 0..255
///   tutorial      | 1/D sum c (p - p')^2, p in 0..255
///   relative      | 1/D sum c (p - p')^2, p in 0..1
///
/// With circular padding the picture is a tile: its first and last columns are neighbours, and so are the
/// rows, which makes 6HW pairs. Then nothing but the pools knows where the picture begins: rolled by
/// multiples of their total stride, a picture whose sides are such multiples has the same value (that
/// of content only if its target is rolled along).
///
/// With regions, r of them, each with a target of its own, s_l is the sum over regions of a_r s_l,r: in
/// s_l,r g, g', gc and gc' are those of the region's positions (kernels/style_layer.h), and a_r, the
/// region's share of the picture's area, sees to it that style weighs against content as it would
/// alone. M stays that of the picture.
///
/// With content weights w, sums over positions of c_l have them, the channels' means too; `relative`
/// is multiplied by their mean over the picture, for the same reason.
///
/// Denominators of `relative` that would be next to nothing:
///   - sum g'^2 and tr g' are at least 1e-20, on `pixels` those of a grey of 0.05: a black style has none;
///   - sum gc'^2 is at least 3e-4 sum g'^2, and is taken to be sum g'^2 where it is below 1e-6 of that: a
///     style without variation on a layer (flat, or of one position there) asks for none, as loudly as
///     for its mean;
///   - content's, sum (F' - mean F')^2, likewise beside sum F'^2, which is at least 1e-20.
///
/// Sources: Gatys, Ecker, Bethge 2016 (eq. 1-7); J. Johnson's neural-style (Torch), whose
/// PyTorch port divides as above.
struct LossSpec {
  std::array<LossGroup, kLossKinds.size()> groups = {
      {{1.0, {}}, {0.0, {}}, {0.0, {{kPixelLayer}}}, {0.0, {{kPixelLayer}}}}};
  StyleForm style_form = StyleForm::kGram;
  GramMode gram = GramMode::kBoth;  ///< of kGram
  Normalization normalization = Normalization::kRelative;
  std::optional<TotalVariation> tv_kind = {};  ///< empty: what the normalization has
  Pooling pooling = Pooling::kMax;
  Padding padding = Padding::kZero;
  int regions = 0;  ///< each with styles of its own; 0: the styles are those of the whole picture
  bool content_weights = false;  ///< positions count differently for the content

  LossGroup& operator[](LossKind kind) { return groups[static_cast<std::size_t>(kind)]; }
  const LossGroup& operator[](LossKind kind) const {
    return groups[static_cast<std::size_t>(kind)];
  }
};

/// The terms with a weight above 0, kind by kind, region by region, in the order of their layers.
std::vector<LossTerm> terms_of(const LossSpec& spec);
/// The deepest layer that a term needs, kPixelLayer if none.
int deepest_layer(const LossSpec& spec);
/// The spec without the layers of kinds with weight 0, which are not computed.
LossSpec without_idle_losses(LossSpec spec);
/// The spec of one kind alone.
LossSpec only(LossSpec spec, LossKind kind);

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

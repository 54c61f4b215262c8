#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/graph/graph.h"
#include "net/tiles/band_vectors.h"
#include "tools/pictures/picture.h"
#include "tools/session/engine.h"
#include "tools/session/settings/resolve.h"

namespace vggstyle {

/// A part of the picture with a style of its own.
struct MaskedRegion {
  std::string name;
  Picture mask;        ///< of the size of the picture (tools/session/pictures/masks.h)
  double content = 1;  ///< how much the content counts here
};

/// What a frame of a video is held to: its last one, moved along.
struct TemporalTarget {
  Picture picture;
  Picture weights;  ///< grey: white where a pixel counts
};

/// What a picture is optimised for, and from which: all but the engine, read and checked.
struct ProblemSpec {
  LossSpec loss = {};
  Minimizer minimizer = {};
  std::optional<Picture> content = {};  ///< of the size of `start`
  std::vector<Picture> styles = {};     ///< each at the size at which its statistics are taken
  std::vector<double> blend = {};       ///< one weight a style; with regions of no meaning
  Picture start = {};                   ///< the picture that is made has its size
  std::uint64_t seed = 0;               ///< of the noise in `start`, for the record
  ColorMode color = ColorMode::kStyle;
  std::optional<Picture> colors = {};      ///< the content as it was read, where `color` needs it
  std::vector<MaskedRegion> regions = {};  ///< none, or one a style, which is for it
  /// None, or one a style, of its size: empty, or the part that counts.
  std::vector<std::optional<Picture>> style_masks = {};
  /// Of the size of `start`; empty: it is opaque. What is transparent counts neither for the style nor
  /// for the content.
  std::optional<Picture> alpha = {};
  /// ICC, of the content: the picture that is written is in its colours; empty: sRGB.
  std::vector<std::uint8_t> profile = {};
  /// The most bytes that the run takes: a graph that needs more is made in tiles. 0: never in tiles.
  double memory = 0;
  /// Of the size of `start`, where the loss has LossKind::kTemporal.
  std::optional<TemporalTarget> temporal = {};

  /// What the optimised `picture` becomes by `color`, and where regions leave the content as it is.
  Picture finished(Picture picture) const;
};

/// The regions of the picture, as a graph takes them: those of the problem as far as they are not
/// transparent, or else, if some of the picture is, what is not.
std::vector<StyleRegion> style_regions(const ProblemSpec& spec);
/// How much each pixel counts for the content; empty if all count alike.
std::vector<float> content_weights(const ProblemSpec& spec);
/// Says so in spec.loss, which read_problem() and others have filled in.
void count_regions(ProblemSpec& spec);
/// Where a term of the loss looks: "conv1_1", "sky conv1_1".
std::string place_of(const ProblemSpec& spec, Model model, int layer, int region);
/// Of which the statistics of a style are taken. It is no tile, whatever is made of it: where its sides met, their
/// difference would count as style.
LossSpec loss_of_style(const LossSpec& loss, bool masked);
/// The part of a style that its mask shows.
StyleRegion style_region(const Picture& mask);

/// The graph of a problem, in these units, with its targets; in tiles where its memory says so, and shared by `ranks`, if
/// there are any.
std::unique_ptr<Graph> make_graph(Backend& backend, const NetworkWeights& weights,
                                  const ProblemSpec& spec, const Balance& balance, Ranks* ranks);

/// A loss, its targets and the pixels on an engine: units are chosen, the graph is made, targets
/// are set, the start is uploaded. Among ranks, each has its band of the pixels on the device.
class Problem {
 public:
  /// Errors as Graph's.
  Problem(Engine& engine, const ProblemSpec& spec);

  Graph& graph() { return *graph_; }
  /// The pixels on the device, at first `start`.
  float* pixels() { return pixels_.as<float>(); }
  /// The pixels now; among ranks every one calls it.
  Picture picture() const;
  /// Those at `x` on the device; among ranks every one calls it, and the first has the picture.
  Picture picture_at(const float* x) const;
  /// Null for a picture that is not shared.
  const BandVectors* bands() const { return bands_ ? &*bands_ : nullptr; }

  /// The loss of the pixels now and its gradient. InputError if it is not finite, with the layer
  /// where that began.
  LossValues evaluate();
  /// The same by Graph::evaluate_on().
  LossValues evaluate_on(const std::vector<std::vector<float>>& activations);
  /// On the device, of the latest evaluate().
  const float* gradient() const { return gradient_.as<float>(); }

  /// InputError that names the layer where an evaluation of the pixels goes wrong, if `value`,
  /// which came of one, is not finite.
  void check_finite(double value);

 private:
  float* own_gradient();

  Engine& engine_;
  std::unique_ptr<Graph> graph_;
  int width_, height_;
  std::optional<BandVectors> bands_;
  Buffer pixels_;
  Buffer gradient_;  ///< made when it is first needed: optimisers have their own
};

}  // namespace vggstyle

#pragma once

#include <memory>
#include <span>
#include <vector>

#include "kernels/backend.h"
#include "net/balance.h"
#include "net/loss_spec.h"
#include "net/tiles/layer_map.h"
#include "runtime/arena.h"

namespace vggstyle {

/// Where a term looks in one window on a picture.
struct TermInput {
  Tensor activations;             ///< of its layer, as stored
  const float* pixels = nullptr;  ///< planar RGB 0..255, of `pixel_shape`
  Shape pixel_shape;
  PositionWeights weights =
      {};  ///< of the activations' positions: those of the term's region, or of the content
};

/// One term of the loss (a kind on a layer) at one size on one backend, in the steps of a graph's
/// evaluation. Adding a kind is adding a class like those beside this file.
///
///   statistics:  begin(), then accumulate(), sums over positions
///   loss terms:  form(), what backward needs of the sums
///   backward:    add_gradient() at the layer, or add_pixel_gradient()
///
/// All of it is issued to the device; the value, in device memory, is read by the graph.
class Term {
 public:
  Term(const LossTerm& term, int exponent) : term_(term), exponent_(exponent) {}
  virtual ~Term() = default;
  Term(const Term&) = delete;
  Term& operator=(const Term&) = delete;

  const LossTerm& term() const { return term_; }
  /// The layer's activations are stored times 2^-exponent.
  int exponent() const { return exponent_; }
  /// Device memory that it holds besides what it took from the arena.
  virtual std::size_t bytes() const { return 0; }

  /// What a style is to it: what the sums say, and the target. Terms of other kinds have none.
  virtual StyleStatistics style_statistics();
  virtual void set_style_target(const StyleStatistics& target);
  /// `input` shows the content; `scratch` is device memory for one number. Does nothing for kinds
  /// without content.
  virtual void set_content_target(const TermInput&, double* /*scratch*/) {}
  /// The same for a picture in tiles, whose activations are `map`: then each tile shows its part of them
  /// before it is summed up or goes backward.
  virtual void set_content_map(std::unique_ptr<LayerMap> /*map*/, const ContentNorms&) {}
  virtual void show_tile(const Tile&) {}
  /// Of a frame, on the host: planar RGB 0..255, and how much each pixel counts, 0 to 1. Does nothing for other
  /// kinds.
  virtual void set_temporal_target(const float* /*pixels*/, const std::vector<float>& /*weights*/) {
  }

  virtual void begin(const TermInput&) {}
  /// Adds the positions of `input`. A kind that needs no form() writes `value` here.
  virtual void accumulate(const TermInput& input, double* value) = 0;
  /// Of a kind with form(), among ranks: appends this rank's sums, as numbers that add up, and takes those of
  /// all ranks from the front of `sums`.
  virtual void append_sums(std::vector<double>& /*sums*/) {}
  virtual void take_sums(std::span<const double>& /*sums*/) {}
  virtual bool has_form() const { return false; }
  /// Whether form() reads the sums and computes on the host, which cannot be recorded.
  virtual bool forms_on_host() const { return false; }
  /// What can be issued together with the same of other terms is left in `together`, for the caller
  /// to issue.
  virtual void form(double* /*value*/, std::vector<StyleLoss>& /*together*/) {}
  /// The value in the loss, weights included, of what was written.
  virtual double value(double written) const = 0;

  /// Fills its part of `terms`, times `scale`.
  virtual void add_gradient(double /*scale*/, GradientTerms& /*terms*/) const {}
  /// gradient += scale * d value / d pixels, of terms that look at the pixels directly.
  virtual void add_pixel_gradient(const TermInput& /*input*/, double /*scale*/,
                                  float* /*gradient*/) const {}
  /// The operation that sums its statistics, which a convolution may help; null if none.
  virtual StyleLayer* style_layer() { return nullptr; }

 private:
  LossTerm term_;
  int exponent_;
};

/// The layer that a term looks at.
struct TermLayer {
  Shape shape;   ///< of the whole picture's activations
  Shape window;  ///< of those that are there at once: the same, or a tile's
  int exponent;  ///< activations are stored times 2^-exponent
  bool
      in_tiles;  ///< what counts in a window are the positions of its tile, be the window as large as the picture
};

/// What terms are made from.
struct TermContext {
  Backend& backend;
  const LossSpec& spec;
  Shape pixels;  ///< of the whole picture
  Arena& arena;  ///< allocated after all terms are made
  bool shared;   ///< among ranks
};

std::unique_ptr<Term> make_term(const TermContext& context, const LossTerm& term,
                                const TermLayer& layer);

}  // namespace vggstyle

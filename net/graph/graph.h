#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/backend.h"
#include "net/balance.h"
#include "net/graph/graph_plan.h"
#include "net/graph/phase_observer.h"
#include "net/graph/region_weights.h"
#include "net/graph/shared_picture.h"
#include "net/loss_values.h"
#include "net/terms/term.h"
#include "net/tiles/tile_weights.h"
#include "net/weights.h"
#include "runtime/arena.h"

namespace vggstyle {

struct GraphOptions {
  bool with_gradient = true;  ///< false: forward and statistics only, in less memory
  /// The tutorial's descent: the gradient of each kind of loss (style, content, tv) is divided by
  /// its current value. Values are not changed.
  bool divide_terms_by_value = false;
  /// The units in which layers are stored. Nothing that the graph takes or returns is in them.
  Balance balance = {};
  std::vector<StyleRegion> regions = {};  ///< LossSpec::regions of them, of the picture's size
  /// With LossSpec::content_weights: how much each pixel counts for the content, 0 or more, row by row.
  std::vector<float> content_weights = {};
  /// A larger picture is computed in tiles (net/tiles/tile_plan.h) whose windows have sides of at most this,
  /// least_window() or more, in so much less memory; 0: the picture in one.
  int tile = 0;
  /// The processes that share the picture; null: it is one's own. Not with circular padding, nor with LossKind::kTemporal.
  Ranks* ranks = nullptr;
};

/// One window on a picture, all of it or that of a tile, with its pixels and the place for their gradient in
/// device memory (planar RGB 0..255).
struct Window {
  Shape shape;  ///< 3 channels
  const float* pixels = nullptr;
  float* gradient = nullptr;
};

/// One network, one picture size, one loss, on one backend: the value and the gradient that the
/// optimiser asks for. Only the layers up to the deepest one that a loss needs exist.
///
/// The way of one evaluation (each step is a function of the same name below; all but the third
/// run on a window):
///   forward:     pixels -> preprocess -> conv+bias+ReLU per layer, pools between the blocks
///   statistics:  of each term: Gram and channel sums, squared distances, total variation
///   loss terms:  values, and what backward needs: P and q of each style layer
///   backward:    from the deepest layer to the pixels; each layer adds its terms on the way
/// Then the values come back in one read. A device that can record work (a GPU) is given all of it
/// as one recording, made once for each pair of pixels and gradient; with an observer, or where
/// the gradient depends on the values (divide_terms_by_value) or a term is formed on the host, step by step. The bytes are the
/// same.
///
/// In tiles, forward and statistics are done tile by tile, then the loss terms, then forward and backward tile
/// by tile: value and gradient are those of the picture in one but for rounding, since sums are added in another
/// order. What shows single layers is not there: activations(), evaluate_on(), magnitudes().
///
/// Among ranks each does so with the tiles of its band, and pixels and gradient in device memory are those of the
/// band; every rank calls the same functions and gets the same values. Pictures on the host are whole.
///
/// A kind of loss with weight 0 is not computed; its layers are ignored. Results are the same bytes
/// from run to run and for any number of threads.
class Graph {
 public:
  /// InputError: the picture is too small for the deepest layer, a needed layer has no weights, or
  /// memory does not suffice.
  Graph(Backend& backend, const NetworkWeights& weights, int height, int width,
        const LossSpec& spec, const GraphOptions& options = {});

  const LossSpec& spec() const { return spec_; }
  /// What is computed, in the order of LossValues::terms.
  const std::vector<LossTerm>& terms() const { return plan_.terms; }
  const Balance& balance() const { return options_.balance; }
  Shape pixel_shape() const { return tiles_.picture; }
  /// Of pixels and gradient in device memory: the same, or this rank's band.
  Shape own_shape() const { return tiles_.band_shape(); }
  const TilePlan& tiles() const { return tiles_; }
  /// Convolutions that are computed: 0 if only the pixels matter.
  int layer_count() const { return static_cast<int>(layers_.size()); }
  /// Of the whole picture's activations.
  Shape layer_shape(int layer) const;
  /// Memory in all, weights included: on the device, and in tiles what the content keeps on the host.
  std::size_t memory_bytes() const;

  /// One target per style layer, in the order of the spec's; with regions, region by region.
  void set_style_targets(const std::vector<StyleStatistics>& targets);
  /// Runs `pixels` (host, planar RGB 0..255, of this graph's size) forward and keeps what the
  /// content's terms need of it.
  void set_content_target(const float* pixels);
  /// Of LossKind::kTemporal: pixels (host, as above), and how much each counts, 0 to 1, somewhere more than 0.
  void set_temporal_target(const float* pixels, const std::vector<float>& weights);

  /// Value and gradient at `pixels` (device, planar RGB 0..255). Targets must have been set. `then`
  /// as in Objective::evaluate.
  LossValues evaluate(const float* pixels, float* gradient, const std::function<void()>& then = {});

  /// As evaluate(), but each ReLU and pool lets through what it does for these activations (C x H x W,
  /// one for each convolution, from the first; an empty one leaves the graph's own). A gradient that
  /// was computed elsewhere is compared with this one: rounding puts a few units whose input is next to 0 on
  /// the other side, which changes a gradient by more than all other rounding.
  LossValues evaluate_on(const float* pixels, float* gradient,
                         const std::vector<std::vector<float>>& activations);

  /// Runs `pixels` (host) forward and returns the statistics of each style layer, with regions of
  /// each region's, in the order of set_style_targets().
  std::vector<StyleStatistics> style_statistics(const float* pixels);
  /// Runs `pixels` (host) forward.
  void run_forward(const float* pixels);
  /// The activations of `layer` of the latest forward run, in C x H x W order; of `pixels`, if a
  /// term looks at them.
  std::vector<float> activations(int layer);

  /// Evaluates at `pixels` and looks at every layer on the way: slow, since all activations and
  /// gradients come to the host. `gradient` (device) is overwritten; null, or a graph without
  /// gradient, leaves Magnitudes::gradients empty and needs no targets.
  Magnitudes magnitudes(const float* pixels, float* gradient);
  /// Where an evaluation whose value or gradient is not finite went wrong first: a sentence that
  /// names the layer, or "" if everything is finite (in tiles: all activations are). Evaluates again, as magnitudes().
  std::string find_overflow(const float* pixels, float* gradient);

  /// Null for none. Must outlive the graph or be reset.
  void set_observer(PhaseObserver* observer) { observer_ = observer; }

 private:
  struct Layer {
    std::string name;
    std::unique_ptr<Conv3x3> convolution;  ///< null for `pixels`
    Tensor out;                            ///< activations after ReLU; of `pixels`, RGB in 0..1
    Tensor pooled;                         ///< null if no pool follows or nothing needs it
    std::uint8_t* winners = nullptr;
    int exponent = 0;  ///< activations are stored times 2^-exponent
    std::vector<Term*> terms;
    StyleLayer* style = nullptr;  ///< of the term that sums its statistics, of the whole picture
  };
  /// Shown each layer's gradient, as it is stored.
  using GradientVisitor = std::function<void(std::size_t layer, const Tensor& gradient)>;

  Layer& at(int layer);
  const Layer& at(int layer) const;
  void make_layers(const NetworkWeights& weights);
  void make_terms();

  /// `then` is called when a layer (kPixelLayer first) has been issued.
  void forward(const Window& window, const std::function<void(int layer)>& then = {});
  void statistics(const Window& window);
  void loss_terms();
  /// The statistics and the loss term of terms_[i].
  void sum_statistics(std::size_t i, const Window& window);
  /// Where terms_[i] writes its value, of tile `tile`.
  double* value_of(std::size_t i, std::size_t tile = 0) {
    return values_ + tile * terms_.size() + i;
  }
  void form_terms(std::size_t begin, std::size_t end);
  /// All three; the terms of a layer beside the layers after it.
  void forward_with_terms(const Window& window);
  void divide_terms(const LossValues& values);
  void backward(const Window& window, const GradientVisitor& visit = {});
  /// Of the terms that look at the pixels directly: the end of backward(), in tiles after all of them.
  void add_pixel_gradients(const Window& window);
  LossValues read_values();
  /// Of the picture in one: InternalError in tiles.
  Window whole(const float* pixels, float* gradient = nullptr) const;
  TermInput input_of(const Term& term, const Window& window) const;

  LossValues evaluate_tiles(const float* pixels, float* gradient,
                            const std::function<void()>& then);
  /// What the tiles see of the picture of which `pixels` are this rank's part, or all.
  PictureRows rows_of(const float* pixels);
  /// Cuts the tile's window out of the picture and runs it forward.
  Window forward_tile(const Tile& tile, const PictureRows& picture);
  using TermFilter = std::function<bool(const LossTerm&)>;
  void sum_over_tiles(const PictureRows& picture, const TermFilter& counts);
  /// The values of terms that need no network, and no tiles.
  void sum_pixels(const PictureRows& picture);
  void backward_over_tiles(const PictureRows& picture, float* gradient);
  /// Among ranks: the sums of all of them, and the values that need no form.
  void share_sums();
  void share_values(std::vector<double>& values);
  void sum_tile(const Window& window, std::size_t tile, const TermFilter& counts);
  void set_content_maps(const float* pixels);
  GradientTerms gradient_terms(const Layer& layer) const;
  /// Adds those of the layer's regions and of a weighted content to the gradient `d`; `scratch` is of its shape.
  void add_regions(const Layer& layer, const Tensor& d, const Tensor& scratch);
  /// What the gradient of a term is multiplied by, as it is stored.
  double gradient_scale(const Layer& layer, const Term& term) const;
  /// Of each layer of the latest forward run.
  std::vector<double> largest_activations();
  /// Of all tiles, of all ranks.
  std::vector<double> largest_of_tiles(const PictureRows& picture);
  /// Largest |element|, NaN if there is one, times 2^exponent.
  double largest_element(const Tensor& tensor, int exponent);
  /// The first layer, from the pixels upwards, whose activations `found` are not finite, and so
  /// on: sentences for find_overflow(), "" if there is none.
  std::string overflowed_activations(const Magnitudes& found) const;
  std::string overflowed_terms(const Magnitudes& found);
  std::string overflowed_gradients(const Magnitudes& found) const;
  float* upload(const float* pixels);
  /// A picture from the host as its tiles see it; `place` holds it where the graph has no place for it.
  PictureRows uploaded_picture(const float* pixels, Buffer& place);

  Backend& backend_;
  LossSpec spec_;
  GraphOptions options_;
  Model model_;
  Pooling pool_;
  ChannelMaps input_maps_;
  TilePlan tiles_;
  GraphPlan whole_plan_;  ///< of the picture in one
  GraphPlan plan_;        ///< of what is here: the same, or that of a tile's window

  RegionWeights region_weights_;
  TileWeights tile_weights_;

  Arena arena_;
  Layer pixels_;
  std::vector<Layer> layers_;
  std::vector<std::unique_ptr<Term>> terms_;  ///< in the order of plan_.terms
  /// What each kind's gradient is multiplied by (divide_terms_by_value).
  std::array<double, kLossKinds.size()> scales_;
  Tensor input_;  ///< the network's, 3 channels
  /// Two buffers of the largest layer's size, used in turn.
  std::array<decltype(Tensor::data), 2> gradients_ = {};
  float* staging_ = nullptr;          ///< pixels that came from the host, or a tile's
  float* window_gradient_ = nullptr;  ///< of a tile's pixels
  std::byte* workspace_ = nullptr;    ///< one block for all convolutions
  double* values_ =
      nullptr;  ///< one per term, of each tile, on the device; among ranks also the surplus
  std::unique_ptr<SharedPicture> shared_;  ///< among ranks
  bool forms_on_host_ = false;             ///< some term
  PhaseObserver* observer_ = nullptr;
  /// Evaluations at (pixels, gradient), with the coefficients of the present targets.
  std::map<std::pair<const float*, float*>, std::unique_ptr<LaunchGraph>> recordings_;
};

}  // namespace vggstyle

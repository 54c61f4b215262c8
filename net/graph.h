#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/backend.h"
#include "net/balance.h"
#include "net/loss_coefficients.h"
#include "net/loss_spec.h"
#include "net/phase_observer.h"
#include "net/weights.h"
#include "runtime/arena.h"

namespace vggstyle {

/// The terms of one evaluation, all weights included: they add up to `total`.
struct LossValues {
  double total = 0;
  std::vector<double> style;    ///< one per LossSpec::style_layers
  std::vector<double> content;  ///< one per LossSpec::content_layers
  double tv = 0;

  double style_total() const;
  double content_total() const;
};

struct GraphOptions {
  bool with_gradient = true;  ///< false: forward and statistics only, in less memory
  /// The tutorial's descent: the gradient of each of the three terms (style, content, tv) is
  /// divided by the term's current value. Values are not changed.
  bool divide_terms_by_value = false;
  /// The units in which layers are stored. Nothing that the graph takes or returns is in them.
  Balance balance = {};
};

/// One network, one picture size, one loss, on one backend: the value and the gradient that the
/// optimiser asks for. Only the layers up to the deepest one that a loss needs exist.
///
/// The way of one evaluation (each step is a function of the same name below):
///   forward:     pixels -> preprocess -> conv+bias+ReLU per layer, pools between the blocks
///   statistics:  Gram and channel sums of each style layer, squared distances, total variation
///   loss terms:  values, P and q of each style layer
///   backward:    from the deepest layer to the pixels; each layer adds its terms on the way
/// Then the values come back in one read. A device that can record work (a GPU) is given all of it
/// as one recording, made once for each pair of pixels and gradient; with an observer, or where
/// the gradient depends on the values (divide_terms_by_value), step by step. The bytes are the
/// same.
///
/// A loss with weight 0 (style_weight, content_weight, tv_weight) is not computed; its layers are
/// ignored. Results are the same bytes from run to run and for any number of threads.
class Graph {
 public:
  /// InputError: the picture is too small for the deepest layer, a needed layer has no weights, or
  /// memory does not suffice.
  Graph(Backend& backend, const NetworkWeights& weights, int height, int width,
        const LossSpec& spec, const GraphOptions& options = {});

  const LossSpec& spec() const { return spec_; }
  const Balance& balance() const { return options_.balance; }
  Shape pixel_shape() const { return pixels_; }
  /// Layers that are computed: 0 if only the pixels matter.
  int layer_count() const { return static_cast<int>(layers_.size()); }
  Shape layer_shape(int layer) const { return layers_[static_cast<std::size_t>(layer)].out.shape; }
  /// Device memory in all, weights included.
  std::size_t memory_bytes() const;

  /// One target per style layer, in the order of LossSpec::style_layers.
  void set_style_targets(const std::vector<StyleStatistics>& targets);
  /// Runs `pixels` (host, planar RGB 0..255, of this graph's size) forward and keeps the
  /// activations of the content layers.
  void set_content_target(const float* pixels);

  /// Value and gradient at `pixels` (device, planar RGB 0..255). Targets must have been set.
  LossValues evaluate(const float* pixels, float* gradient);

  /// Runs `pixels` (host) forward and returns the statistics of each style layer.
  std::vector<StyleStatistics> style_statistics(const float* pixels);
  /// Runs `pixels` (host) forward.
  void run_forward(const float* pixels);
  /// The activations of `layer` of the latest forward run, in C x H x W order.
  std::vector<float> activations(int layer);

  /// Evaluates at `pixels` and looks at every layer on the way: slow, since all activations and
  /// gradients come to the host. `gradient` (device) is overwritten; null, or a graph without
  /// gradient, leaves Magnitudes::gradients empty and needs no targets.
  Magnitudes magnitudes(const float* pixels, float* gradient);
  /// Where an evaluation whose value or gradient is not finite went wrong first: a sentence that
  /// names the layer, or "" if everything is finite. Evaluates again, as magnitudes().
  std::string find_overflow(const float* pixels, float* gradient);

  /// Null for none. Must outlive the graph or be reset.
  void set_observer(PhaseObserver* observer) { observer_ = observer; }

 private:
  struct Layer {
    std::string name;
    std::unique_ptr<Conv3x3> convolution;
    Tensor out;     ///< activations after ReLU
    Tensor pooled;  ///< null if no pool follows or nothing needs it
    std::uint8_t* winners = nullptr;
    int style = -1, content = -1;  ///< index into spec_, -1 for none
    int exponent = 0;              ///< activations are stored times 2^-exponent
  };
  struct Style {
    std::unique_ptr<StyleLayer> layer;
    Shape shape;
    int exponent = 0;  ///< of its layer
    ChannelSums sums;  ///< from its convolution, where that makes them
    StyleCoefficients coefficients;
  };
  struct Content {
    Tensor target;
    double coefficient = 0;
  };
  class Phase;
  /// Shown each layer's gradient, as it is stored.
  using GradientVisitor = std::function<void(std::size_t layer, const Tensor& gradient)>;

  void plan(const NetworkWeights& weights, bool with_gradient);
  const Tensor& style_input(const LossLayer& layer) const;
  std::string style_name(const LossLayer& layer) const;

  void forward(const float* pixels);
  void statistics(const float* pixels);
  void loss_terms();
  LossValues read_values();
  void divide_terms(const LossValues& values);
  void backward(const float* pixels, float* gradient, const GradientVisitor& visit = {});
  /// Largest |element|, NaN if there is one, times 2^exponent.
  double largest_element(const Tensor& tensor, int exponent);
  GradientTerms gradient_terms(const Layer& layer) const;
  float* upload(const float* pixels);

  Backend& backend_;
  LossSpec spec_;
  GraphOptions options_;
  Model model_;
  Shape pixels_;
  PoolKind pool_;
  ChannelMaps input_maps_;
  TvCoefficient tv_;
  std::vector<Layer> layers_;
  std::vector<Style> styles_;
  std::vector<Content> contents_;
  int pixel_style_ = -1;  ///< index into spec_.style_layers of the pixels, -1 for none

  Arena arena_;
  Tensor input_, rgb_;        ///< 3 channels: the network's input; the `pixels` layer (RGB in 0..1)
  float* gradients_[2] = {};  ///< two buffers of the largest layer's size, used in turn
  float* staging_ = nullptr;  ///< pixels that came from the host
  void* workspace_ = nullptr;  ///< one block for all convolutions
  double* values_ = nullptr;   ///< style, content, tv sums on the device
  double style_scale_ = 1, content_scale_ = 1, tv_scale_ = 1;
  PhaseObserver* observer_ = nullptr;
  /// Evaluations at (pixels, gradient), with the coefficients of the present targets.
  std::map<std::pair<const float*, float*>, std::unique_ptr<LaunchGraph>> recordings_;
};

}  // namespace vggstyle

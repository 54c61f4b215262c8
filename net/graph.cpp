#include "net/graph.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <set>

#include "runtime/error.h"

namespace vggstyle {
namespace {

/// RGB in 0..1: what the `pixels` layer shows the style loss.
constexpr ChannelMaps kUnitRgb = {
    {{0, 0.0F, 1.0F / 255}, {1, 0.0F, 1.0F / 255}, {2, 0.0F, 1.0F / 255}}};

void check_no_layer_twice(const std::vector<LossLayer>& layers, Model model) {
  std::set<int> seen;
  for (const LossLayer& entry : layers) {
    if (!seen.insert(entry.layer).second) {
      throw InputError("layer " + layer_name(model, entry.layer) +
                       " is named twice in one list of layers: name it once, with its weight");
    }
  }
}

ChannelMaps network_input_maps(Preprocessing preprocessing) {
  ChannelMaps maps;
  for (int c = 0; c < 3; ++c) {
    const InputChannel channel = input_channel(preprocessing, c);
    maps[static_cast<std::size_t>(c)] = {channel.source, static_cast<float>(channel.mean),
                                         static_cast<float>(channel.scale)};
  }
  return maps;
}

/// The same maps for gradients that are stored times 2^exponent.
ChannelMaps for_gradients(ChannelMaps maps, int exponent) {
  for (ChannelMap& map : maps) map.scale = std::ldexp(map.scale, -exponent);
  return maps;
}

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace

double LossValues::style_total() const {
  return std::accumulate(style.begin(), style.end(), 0.0);
}
double LossValues::content_total() const {
  return std::accumulate(content.begin(), content.end(), 0.0);
}

/// Tells the observer, and the profiler, of one phase on one layer.
class Graph::Phase {
 public:
  Phase(Graph& graph, const char* phase, const std::string& layer)
      : observer_(graph.observer_),
        range_(graph.backend_.device(), (std::string(phase) + " " + layer).c_str()) {
    if (observer_ != nullptr) observer_->begin(phase, layer);
  }
  ~Phase() {
    if (observer_ != nullptr) observer_->end();
  }
  Phase(const Phase&) = delete;
  Phase& operator=(const Phase&) = delete;

 private:
  PhaseObserver* observer_;
  ProfilerRange range_;
};

Graph::Graph(Backend& backend, const NetworkWeights& weights, int height, int width,
             const LossSpec& spec, const GraphOptions& options)
    : backend_(backend),
      spec_(without_idle_losses(spec)),
      options_(options),
      model_(weights.model),
      pixels_{3, height, width},
      pool_(spec.pooling == Pooling::kMax ? PoolKind::kMax : PoolKind::kAverage),
      input_maps_(network_input_maps(weights.preprocessing)),
      tv_(tv_coefficient(spec, pixels_)) {
  plan(weights, options.with_gradient);
}

void Graph::plan(const NetworkWeights& weights, bool with_gradient) {
  const std::vector<ConvLayer>& table = conv_layers(model_);
  check_no_layer_twice(spec_.style_layers, model_);
  check_no_layer_twice(spec_.content_layers, model_);
  const int deepest = deepest_layer(spec_);
  check_fits(model_, deepest, pixels_.width, pixels_.height);
  std::vector<std::pair<Tensor*, std::size_t>> tensors;
  std::vector<std::pair<std::uint8_t**, std::size_t>> winners;
  std::vector<std::pair<ChannelSums*, std::size_t>> sums;
  const auto add_tensor = [&](Tensor& tensor, Shape shape) {
    tensor.shape = shape;
    tensors.emplace_back(&tensor, arena_.add(backend_.tensor_bytes(shape)));
  };

  layers_.resize(static_cast<std::size_t>(deepest + 1));
  if (const auto& exponents = options_.balance.exponents;
      !exponents.empty() && exponents.size() < layers_.size()) {
    throw InternalError("a balance of " + std::to_string(exponents.size()) + " layers for " +
                        std::to_string(layers_.size()));
  }
  styles_.resize(spec_.style_layers.size());
  contents_.resize(spec_.content_layers.size());
  add_tensor(input_, pixels_);
  add_tensor(rgb_, pixels_);
  std::size_t largest = backend_.tensor_bytes(pixels_), workspace = 1;
  Shape in = pixels_;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    const ConvLayer& entry = table[i];
    layer.name = entry.name;
    if (!weights.layers[i].present()) {
      throw InputError("the weights (" + weights.id + ") lack layer " + entry.name +
                       ", which this run needs: use other weights, or layers before it");
    }
    const int index = static_cast<int>(i);
    layer.exponent = options_.balance.exponent(index);
    const int below = options_.balance.exponent(index - 1);
    const bool scaled = below != 0 || layer.exponent != 0;
    const ConvWeights copy =
        scaled ? balanced_weights(weights.layers[i], below, layer.exponent) : ConvWeights{};
    const ConvWeights& own = scaled ? copy : weights.layers[i];
    layer.convolution =
        backend_.make_conv3x3({in, entry.out_channels, own.kernel, own.bias, with_gradient});
    workspace = std::max(workspace, layer.convolution->workspace_bytes());
    add_tensor(layer.out, {entry.out_channels, in.height, in.width});
    largest = std::max(largest, backend_.tensor_bytes(layer.out.shape));
    in = layer.out.shape;
    if (entry.last_in_block && i + 1 < layers_.size()) {
      in = pooled_shape(in);
      if (in.positions() > 0) {
        add_tensor(layer.pooled, in);
        winners.emplace_back(&layer.winners, arena_.add(backend_.pool2x2().winner_bytes(in)));
      }
    }
  }
  for (std::size_t s = 0; s < styles_.size(); ++s) {
    const int layer = spec_.style_layers[s].layer;
    (layer == kPixelLayer ? pixel_style_ : layers_[static_cast<std::size_t>(layer)].style) =
        static_cast<int>(s);
    styles_[s].shape = style_input(spec_.style_layers[s]).shape;
    styles_[s].exponent = options_.balance.exponent(layer);
    styles_[s].layer = backend_.make_style_layer(styles_[s].shape.channels);
    if (layer == kPixelLayer) continue;
    styles_[s].sums.rows = layers_[static_cast<std::size_t>(layer)].convolution->channel_sum_rows();
    if (styles_[s].sums.rows == 0) continue;
    const auto channels = static_cast<std::size_t>(styles_[s].shape.channels);
    sums.emplace_back(&styles_[s].sums,
                      arena_.add(styles_[s].sums.rows * channels * sizeof(float)));
  }
  for (std::size_t c = 0; c < contents_.size(); ++c) {
    Layer& layer = layers_[static_cast<std::size_t>(spec_.content_layers[c].layer)];
    layer.content = static_cast<int>(c);
    add_tensor(contents_[c].target, layer.out.shape);
  }
  const std::size_t staging = arena_.add(pixels_.elements() * sizeof(float));
  const std::size_t scratch = arena_.add(workspace);
  const std::size_t values = arena_.add((styles_.size() + contents_.size() + 1) * sizeof(double));
  const std::size_t first = arena_.add(with_gradient ? largest : 0);
  const std::size_t second = arena_.add(with_gradient ? largest : 0);

  arena_.allocate(backend_.device());
  for (const auto& [tensor, offset] : tensors) tensor->data = arena_.at<float>(offset);
  for (const auto& [codes, offset] : winners) *codes = arena_.at<std::uint8_t>(offset);
  for (const auto& [rows, offset] : sums) rows->data = arena_.at<float>(offset);
  staging_ = arena_.at<float>(staging);
  workspace_ = arena_.at<void*>(scratch);
  values_ = arena_.at<double>(values);
  gradients_[0] = arena_.at<float>(first);
  gradients_[1] = arena_.at<float>(second);
}

std::size_t Graph::memory_bytes() const {
  std::size_t bytes = arena_.total();
  for (const Style& style : styles_) bytes += style.layer->bytes();
  for (const Layer& layer : layers_) bytes += layer.convolution->weight_bytes();
  return bytes;
}

const Tensor& Graph::style_input(const LossLayer& layer) const {
  return layer.layer == kPixelLayer ? rgb_ : layers_[static_cast<std::size_t>(layer.layer)].out;
}

std::string Graph::style_name(const LossLayer& layer) const {
  return layer_name(model_, layer.layer);
}

void Graph::set_style_targets(const std::vector<StyleStatistics>& targets) {
  if (targets.size() != styles_.size()) {
    throw InternalError("a style target is needed for each of " + std::to_string(styles_.size()) +
                        " layers, not " + std::to_string(targets.size()));
  }
  recordings_.clear();
  for (std::size_t s = 0; s < styles_.size(); ++s) {
    Style& style = styles_[s];
    const StyleStatistics stored = balanced_statistics(targets[s], style.exponent);
    style.layer->set_target(stored.gram, stored.mean);
    style.coefficients = balanced_coefficients(
        style_coefficients(spec_, spec_.style_layers[s], style.shape, targets[s]), style.exponent);
  }
}

void Graph::set_content_target(const float* pixels) {
  recordings_.clear();
  run_forward(pixels);
  for (std::size_t c = 0; c < contents_.size(); ++c) {
    Content& content = contents_[c];
    const LossLayer& entry = spec_.content_layers[c];
    const Layer& layer = layers_[static_cast<std::size_t>(entry.layer)];
    std::vector<float> f(layer.out.shape.elements());
    backend_.read(layer.out, f.data());
    backend_.write(f.data(), content.target);
    double variation = 0;
    const std::size_t positions = content.target.shape.positions();
    for (auto plane = f.begin(); plane != f.end();
         plane += static_cast<std::ptrdiff_t>(positions)) {
      const auto end = plane + static_cast<std::ptrdiff_t>(positions);
      const double mean = std::accumulate(plane, end, 0.0) / static_cast<double>(positions);
      variation += std::accumulate(plane, end, 0.0, [mean](double sum, float value) {
        return sum + (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
      });
    }
    const int twice = 2 * layer.exponent;
    content.coefficient = std::ldexp(
        content_coefficient(spec_, entry, content.target.shape, std::ldexp(variation, twice)),
        twice);
  }
}

LossValues Graph::evaluate(const float* pixels, float* gradient) {
  const ProfilerRange range(backend_.device(), "value and gradient");
  const auto issue = [&] {
    forward(pixels);
    statistics(pixels);
    loss_terms();
    if (options_.divide_terms_by_value) divide_terms(read_values());
    backward(pixels, gradient);
  };
  if (observer_ != nullptr || options_.divide_terms_by_value) {
    issue();
    return read_values();
  }
  // An optimiser evaluates in two or three places; one that does not must not fill memory.
  constexpr std::size_t kMostRecordings = 8;
  if (recordings_.size() > kMostRecordings) recordings_.clear();
  std::unique_ptr<LaunchGraph>& recording = recordings_[{pixels, gradient}];
  if (recording == nullptr) recording = backend_.device().record(issue);
  if (recording != nullptr) {
    recording->launch();
  } else {
    issue();
  }
  return read_values();
}

std::vector<StyleStatistics> Graph::style_statistics(const float* pixels) {
  const float* device_pixels = upload(pixels);
  forward(device_pixels);
  std::vector<StyleStatistics> result;
  for (std::size_t s = 0; s < styles_.size(); ++s) {
    StyleLayer& layer = *styles_[s].layer;
    const Tensor& f = style_input(spec_.style_layers[s]);
    layer.begin(f);
    layer.accumulate(f, styles_[s].sums);
    const auto channels = static_cast<std::size_t>(layer.channels());
    StyleStatistics statistics{layer.channels(), std::vector<double>(channels * channels),
                               std::vector<double>(channels)};
    layer.statistics(statistics.gram, statistics.mean);
    result.push_back(balanced_statistics(std::move(statistics), -styles_[s].exponent));
  }
  return result;
}

void Graph::run_forward(const float* pixels) {
  forward(upload(pixels));
}

std::vector<float> Graph::activations(int layer) {
  const Layer& from = layers_[static_cast<std::size_t>(layer)];
  std::vector<float> result(from.out.shape.elements());
  backend_.read(from.out, result.data());
  if (from.exponent != 0) {
    for (float& value : result) value = std::ldexp(value, from.exponent);
  }
  return result;
}

double Graph::largest_element(const Tensor& tensor, int exponent) {
  std::vector<float> values(tensor.shape.elements());
  backend_.read(tensor, values.data());
  float most = 0;
  for (const float value : values) {
    if (std::isnan(value)) return value;
    most = std::max(most, std::abs(value));
  }
  return std::ldexp(static_cast<double>(most), exponent);
}

Magnitudes Graph::magnitudes(const float* pixels, float* gradient) {
  Magnitudes result;
  forward(pixels);
  for (const Layer& layer : layers_) {
    result.activations.push_back(largest_element(layer.out, layer.exponent));
  }
  if (gradient == nullptr || !options_.with_gradient) return result;
  statistics(pixels);
  loss_terms();
  if (options_.divide_terms_by_value) divide_terms(read_values());
  result.gradients.resize(layers_.size());
  backward(pixels, gradient, [&](std::size_t layer, const Tensor& stored) {
    result.gradients[layer] =
        largest_element(stored, -layers_[layer].exponent - options_.balance.gradient_exponent);
  });
  return result;
}

std::string Graph::find_overflow(const float* pixels, float* gradient) {
  VectorOps& ops = backend_.vector_ops();
  if (!std::isfinite(ops.max_abs(pixels, pixels_.elements()))) {
    return "the pixels themselves are not finite";
  }
  const Magnitudes found = magnitudes(pixels, gradient);
  const auto reach = [](double most) { return " reach " + number_text(most); };
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (std::isfinite(found.activations[l])) continue;
    return layers_[l].name + " overflowed: its activations are not finite" +
           (l == 0 ? "" : ", those of " + layers_[l - 1].name + reach(found.activations[l - 1]));
  }
  if (gradient == nullptr || !options_.with_gradient) return "";
  statistics(pixels);
  loss_terms();
  const LossValues values = read_values();
  for (std::size_t s = 0; s < values.style.size(); ++s) {
    if (std::isfinite(values.style[s])) continue;
    const LossLayer& entry = spec_.style_layers[s];
    return style_name(entry) + " overflowed: its style loss is not finite" +
           (entry.layer == kPixelLayer
                ? ""
                : ", its activations" +
                      reach(found.activations[static_cast<std::size_t>(entry.layer)]));
  }
  for (std::size_t c = 0; c < values.content.size(); ++c) {
    if (std::isfinite(values.content[c])) continue;
    return style_name(spec_.content_layers[c]) + " overflowed: its content loss is not finite";
  }
  for (std::size_t l = layers_.size(); l-- > 0;) {
    if (std::isfinite(found.gradients[l])) continue;
    return layers_[l].name + " overflowed: its gradient is not finite" +
           (l + 1 == layers_.size() ? ""
                                    : ", that of " + layers_[l + 1].name + " reaches " +
                                          number_text(found.gradients[l + 1]));
  }
  if (!std::isfinite(ops.max_abs(gradient, pixels_.elements()))) {
    return "the gradient of the pixels is not finite, though that of every layer is";
  }
  return "";
}

float* Graph::upload(const float* pixels) {
  backend_.device().upload(staging_, pixels, pixels_.elements() * sizeof(float));
  return staging_;
}

void Graph::forward(const float* pixels) {
  if (!layers_.empty()) backend_.pixel_ops().preprocess(input_maps_, pixels, input_);
  if (pixel_style_ >= 0) backend_.pixel_ops().preprocess(kUnitRgb, pixels, rgb_);
  const Tensor* in = &input_;
  for (Layer& layer : layers_) {
    const Phase phase(*this, "forward", layer.name);
    const ChannelSums sums =
        layer.style >= 0 ? styles_[static_cast<std::size_t>(layer.style)].sums : ChannelSums{};
    layer.convolution->fprop(*in, layer.out, {layer.pooled, pool_, layer.winners, sums},
                             workspace_);
    in = layer.pooled ? &layer.pooled : &layer.out;
  }
}

void Graph::statistics(const float* pixels) {
  for (std::size_t s = 0; s < styles_.size(); ++s) {
    const Phase phase(*this, "statistics", style_name(spec_.style_layers[s]));
    const Tensor& f = style_input(spec_.style_layers[s]);
    styles_[s].layer->begin(f);
    styles_[s].layer->accumulate(f, styles_[s].sums);
  }
  double* value = values_ + styles_.size();
  for (std::size_t c = 0; c < contents_.size(); ++c, ++value) {
    const Layer& layer = layers_[static_cast<std::size_t>(spec_.content_layers[c].layer)];
    const Phase phase(*this, "statistics", layer.name);
    backend_.content_loss().squared_distance(layer.out, contents_[c].target, value);
  }
  if (spec_.tv_weight != 0) {
    const Phase phase(*this, "statistics", "pixels");
    backend_.pixel_ops().total_variation(tv_.kind, pixels, pixels_, value);
  }
}

void Graph::loss_terms() {
  for (std::size_t s = 0; s < styles_.size(); ++s) {
    const Phase phase(*this, "loss terms", style_name(spec_.style_layers[s]));
    const StyleCoefficients& k = styles_[s].coefficients;
    styles_[s].layer->loss_terms(k.raw, k.centered, values_ + s);
  }
}

LossValues Graph::read_values() {
  std::vector<double> host(styles_.size() + contents_.size() + (spec_.tv_weight != 0 ? 1 : 0));
  backend_.device().download(host.data(), values_, host.size() * sizeof(double));

  LossValues values;
  auto value = host.begin();
  for (std::size_t s = 0; s < styles_.size(); ++s) values.style.push_back(*value++);
  for (const Content& content : contents_) values.content.push_back(*value++ * content.coefficient);
  if (spec_.tv_weight != 0) values.tv = *value * tv_.scale;
  values.total = values.style_total() + values.content_total() + values.tv;

  return values;
}

void Graph::divide_terms(const LossValues& values) {
  // A term's values carry its weight w: dividing w L's gradient by L is multiplying it by w / (w
  // L).
  const auto scale = [](double weight, double term) { return term > 0 ? weight / term : 0.0; };
  style_scale_ = scale(spec_.style_weight, values.style_total());
  content_scale_ = scale(spec_.content_weight, values.content_total());
  tv_scale_ = scale(spec_.tv_weight, values.tv);
}

GradientTerms Graph::gradient_terms(const Layer& layer) const {
  GradientTerms terms;
  terms.activations = layer.out;
  if (layer.style >= 0) {
    const Style& style = styles_[static_cast<std::size_t>(layer.style)];
    terms.style_p = style.layer->p();
    terms.style_q = style.layer->q();
    terms.style_scale =
        static_cast<float>(std::ldexp(style_scale_, options_.balance.gradient_exponent));
  }
  if (layer.content >= 0) {
    const Content& content = contents_[static_cast<std::size_t>(layer.content)];
    terms.content_target = content.target;
    terms.content_scale = static_cast<float>(
        std::ldexp(2 * content.coefficient * content_scale_, options_.balance.gradient_exponent));
  }
  return terms;
}

void Graph::backward(const float* pixels, float* gradient, const GradientVisitor& visit) {
  float* current = gradients_[0];
  float* other = gradients_[1];
  if (layers_.empty()) {
    backend_.device().clear(gradient, pixels_.elements() * sizeof(float));
  } else {
    const Layer& last = layers_.back();
    const Phase phase(*this, "backward", last.name);
    backend_.start_gradient(gradient_terms(last), {last.out.shape, current});
  }
  for (std::size_t i = layers_.size(); i-- > 0;) {
    Layer& layer = layers_[i];
    const Phase phase(*this, "backward", layer.name);
    const Tensor d_out{layer.out.shape, current};
    if (visit) visit(i, d_out);
    if (i == 0) {
      const Tensor d_input{pixels_, other};
      layer.convolution->dgrad(d_out, nullptr, d_input, workspace_);
      backend_.pixel_ops().preprocess_bprop(
          for_gradients(input_maps_, options_.balance.gradient_exponent), d_input, false, gradient);
      break;
    }
    const Layer& below = layers_[i - 1];
    const GradientTerms terms = gradient_terms(below);
    if (below.pooled) {
      const Tensor d_pooled{below.pooled.shape, other};
      layer.convolution->dgrad(d_out, nullptr, d_pooled, workspace_);
      backend_.pool2x2().bprop(pool_, d_pooled, below.winners, &terms, {below.out.shape, current});
    } else {
      layer.convolution->dgrad(d_out, &terms, {below.out.shape, other}, workspace_);
      std::swap(current, other);
    }
  }
  const Phase phase(*this, "backward", "pixels");
  if (pixel_style_ >= 0) {
    const Style& style = styles_[static_cast<std::size_t>(pixel_style_)];
    GradientTerms terms;
    terms.activations = rgb_;
    terms.mask = false;
    terms.style_p = style.layer->p();
    terms.style_q = style.layer->q();
    terms.style_scale = static_cast<float>(style_scale_);
    const Tensor d_rgb{pixels_, current};
    backend_.start_gradient(terms, d_rgb);
    backend_.pixel_ops().preprocess_bprop(kUnitRgb, d_rgb, true, gradient);
  }
  if (spec_.tv_weight != 0) {
    backend_.pixel_ops().total_variation_bprop(tv_.kind, pixels, pixels_,
                                               static_cast<float>(tv_.scale * tv_scale_), gradient);
  }
}

}  // namespace vggstyle

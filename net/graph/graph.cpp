#include "net/graph/graph.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "net/graph/graph_phase.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

/// RGB in 0..1: what the `pixels` layer shows.
constexpr ChannelMaps kUnitRgb = {
    {{0, 0.0F, 1.0F / 255}, {1, 0.0F, 1.0F / 255}, {2, 0.0F, 1.0F / 255}}};

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

void check_no_layer_twice(const LossSpec& spec, Model model) {
  for (const LossKind kind : kLossKinds) {
    std::set<int> seen;
    if (spec[kind].weight == 0) continue;
    for (const LossLayer& entry : spec[kind].layers) {
      if (!seen.insert(entry.layer).second) {
        throw InputError("layer " + layer_name(model, entry.layer) +
                         " is named twice in one list of layers: name it once, with its weight");
      }
    }
  }
}

}  // namespace

Graph::Graph(Backend& backend, const NetworkWeights& weights, int height, int width,
             const LossSpec& spec, const GraphOptions& options)
    : backend_(backend),
      spec_(without_idle_losses(spec)),
      options_(options),
      model_(weights.model),
      pool_(spec.pooling),
      input_maps_(network_input_maps(weights.preprocessing)),
      tiles_(plan_own_tiles(weights.model, spec, {3, height, width}, options.tile,
                            options.with_gradient, options.ranks)),
      whole_plan_(plan_graph(weights.model, tiles_.picture, spec, backend.storage(),
                             options.with_gradient)),
      plan_(plan_graph(weights.model, tiles_.window, spec, backend.storage(), options.with_gradient,
                       !tiles_.whole())),
      region_weights_(options.regions, options.content_weights, whole_plan_),
      tile_weights_(tiles_, whole_plan_, plan_, region_weights_) {
  scales_.fill(1);
  if (options.regions.size() != static_cast<std::size_t>(spec.regions)) {
    throw InternalError(std::to_string(options.regions.size()) + " regions for a loss of " +
                        std::to_string(spec.regions));
  }
  if (options.content_weights.empty() == spec.content_weights) {
    throw InternalError("a loss with content weights needs them, and another one has none");
  }
  make_layers(weights);
  make_terms();
  arena_.reserve(staging_, plan_.pixels.elements() * sizeof(float));
  arena_.reserve(values_, (terms_.size() * (tiles_.tiles.size() + 1) + 1) * sizeof(double));
  for (auto& gradient : gradients_) {
    arena_.reserve(gradient, options.with_gradient ? backend_.tensor_bytes(plan_.largest) : 0);
  }
  if (tiles_.whole()) {
    region_weights_.reserve(arena_);
  } else {
    tile_weights_.reserve(arena_);
    arena_.reserve(window_gradient_,
                   options.with_gradient ? plan_.pixels.elements() * sizeof(float) : 0);
  }
  arena_.allocate(backend_.device());
  if (options.ranks != nullptr) {
    shared_ = std::make_unique<SharedPicture>(*options.ranks, backend_, tiles_);
  }
  if (tiles_.whole()) region_weights_.upload(backend_.device());
}

void Graph::make_layers(const NetworkWeights& weights) {
  check_no_layer_twice(spec_, model_);
  check_fits(model_, deepest_layer(spec_), plan_.pixels.width, plan_.pixels.height);
  layers_.resize(plan_.layers.size());
  if (const auto& exponents = options_.balance.exponents;
      !exponents.empty() && exponents.size() < layers_.size()) {
    throw InternalError("a balance of " + std::to_string(exponents.size()) + " layers for " +
                        std::to_string(layers_.size()));
  }
  const auto add_tensor = [this](Tensor& tensor, Shape shape) {
    tensor.shape = shape;
    arena_.reserve(tensor.data, backend_.tensor_bytes(shape));
  };
  pixels_.name = layer_name(model_, kPixelLayer);
  add_tensor(input_, plan_.pixels);
  add_tensor(pixels_.out, plan_.pixels);
  std::size_t workspace = 1;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const LayerPlan& planned = plan_.layers[i];
    Layer& layer = layers_[i];
    layer.name = planned.name;
    if (!weights.layers[i].present()) {
      throw InputError("the weights (" + weights.id + ") lack layer " + planned.name +
                       ", which this run needs: use other weights, or layers before it");
    }
    layer.exponent = options_.balance.exponent(planned.layer);
    const int below = options_.balance.exponent(planned.layer - 1);
    const bool scaled = below != 0 || layer.exponent != 0;
    const ConvWeights copy =
        scaled ? balanced_weights(weights.layers[i], below, layer.exponent) : ConvWeights{};
    const ConvWeights& own = scaled ? copy : weights.layers[i];
    layer.convolution = backend_.make_conv3x3({planned.in, planned.shape.channels, own.kernel,
                                               own.bias, options_.with_gradient, spec_.padding});
    workspace = std::max(workspace, layer.convolution->workspace_bytes());
    add_tensor(layer.out, planned.shape);
    if (planned.has_pool()) {
      add_tensor(layer.pooled, planned.pooled);
      arena_.reserve(layer.winners, backend_.pool2x2().winner_bytes(planned.pooled));
    }
  }
  arena_.reserve(workspace_, workspace);
}

void Graph::make_terms() {
  const TermContext context{backend_, spec_, tiles_.picture, arena_, options_.ranks != nullptr};
  for (LossTerm term : plan_.terms) {
    Layer& layer = at(term.layer);
    const bool whole = term.region == kWholePicture;
    // The sums of a content have their weights; what `relative` divides by has them, too.
    const bool is_share =
        term.kind == LossKind::kStyle || spec_.normalization == Normalization::kRelative;
    if (!whole && is_share) term.weight *= region_weights_.share(term.region);
    terms_.push_back(
        make_term(context, term,
                  {layer_shape(term.layer), layer.out.shape, layer.exponent, !tiles_.whole()}));
    layer.terms.push_back(terms_.back().get());
    forms_on_host_ = forms_on_host_ || terms_.back()->forms_on_host();
    StyleLayer* style = terms_.back()->style_layer();
    if (style != nullptr && whole && tiles_.whole()) layer.style = style;
  }
}

std::size_t Graph::memory_bytes() const {
  std::size_t bytes = arena_.total() + region_weights_.host_bytes();
  if (shared_ != nullptr) bytes += shared_->bytes();
  for (const auto& term : terms_) bytes += term->bytes();
  for (const Layer& layer : layers_) bytes += layer.convolution->weight_bytes();
  return bytes;
}

Shape Graph::layer_shape(int layer) const {
  return layer == kPixelLayer ? tiles_.picture
                              : whole_plan_.layers[static_cast<std::size_t>(layer)].shape;
}

const Graph::Layer& Graph::at(int layer) const {
  return layer == kPixelLayer ? pixels_ : layers_[static_cast<std::size_t>(layer)];
}
Graph::Layer& Graph::at(int layer) {
  return layer == kPixelLayer ? pixels_ : layers_[static_cast<std::size_t>(layer)];
}

Window Graph::whole(const float* pixels, float* gradient) const {
  if (!tiles_.whole()) throw InternalError("a picture in tiles was to be computed in one");
  return {plan_.pixels, pixels, gradient};
}

TermInput Graph::input_of(const Term& term, const Window& window) const {
  const Tensor& activations = at(term.term().layer).out;
  const int region = term.term().region;
  return {activations, window.pixels, window.shape,
          tiles_.whole() ? region_weights_.at(region, activations.shape)
                         : tile_weights_.of_core(region, activations.shape)};
}

LossValues Graph::evaluate(const float* pixels, float* gradient,
                           const std::function<void()>& then) {
  const ProfilerRange range(backend_.device(), "value and gradient");
  if (!tiles_.whole()) return evaluate_tiles(pixels, gradient, then);
  const Window window = whole(pixels, gradient);
  const auto issue = [&] {
    if (observer_ == nullptr) {
      forward_with_terms(window);
    } else {  // phases one after the other, to be timed
      forward(window);
      statistics(window);
      loss_terms();
    }
    if (options_.divide_terms_by_value) divide_terms(read_values());
    backward(window);
  };
  if (observer_ != nullptr || options_.divide_terms_by_value || forms_on_host_) {
    issue();
    if (then) then();
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
  if (then) then();
  return read_values();
}

void Graph::forward_with_terms(const Window& window) {
  forward(window, [&](int layer) {
    if (at(layer).terms.empty()) return;
    backend_.device().beside([&] {
      for (std::size_t i = 0; i < terms_.size(); ++i) {
        if (terms_[i]->term().layer != layer) continue;
        sum_statistics(i, window);
      }
    });
  });
  backend_.device().join();
  const ProfilerRange range(backend_.device(), "loss terms");
  form_terms(0, terms_.size());
}

void Graph::forward(const Window& window, const std::function<void(int layer)>& then) {
  if (!layers_.empty()) backend_.pixel_ops().preprocess(input_maps_, window.pixels, input_);
  if (!pixels_.terms.empty()) {
    backend_.pixel_ops().preprocess(kUnitRgb, window.pixels, pixels_.out);
  }
  if (then) then(kPixelLayer);
  const Tensor* in = &input_;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    {
      const PhaseScope phase(backend_.device(), observer_, "forward", layer.name);
      layer.convolution->fprop(*in, layer.out, {layer.pooled, pool_, layer.winners, layer.style},
                               workspace_);
    }
    in = layer.pooled ? &layer.pooled : &layer.out;
    if (then) then(static_cast<int>(i));
  }
}

void Graph::statistics(const Window& window) {
  for (std::size_t i = 0; i < terms_.size(); ++i) sum_statistics(i, window);
}

void Graph::loss_terms() {
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    if (!terms_[i]->has_form()) continue;
    const std::string& layer = at(terms_[i]->term().layer).name;
    const PhaseScope phase(backend_.device(), observer_, "loss terms", layer);
    form_terms(i, i + 1);
  }
}

void Graph::sum_statistics(std::size_t i, const Window& window) {
  Term& term = *terms_[i];
  const PhaseScope phase(backend_.device(), observer_, "statistics", at(term.term().layer).name);
  const TermInput input = input_of(term, window);
  term.begin(input);
  term.accumulate(input, value_of(i));
}

void Graph::form_terms(std::size_t begin, std::size_t end) {
  std::vector<StyleLoss> together;
  for (std::size_t i = begin; i < end; ++i) {
    if (terms_[i]->has_form()) terms_[i]->form(value_of(i), together);
  }
  if (!together.empty()) backend_.loss_terms(together);
}

LossValues Graph::read_values() {
  const std::size_t count = terms_.size();
  const std::size_t in_tiles = count * tiles_.tiles.size();
  std::vector<double> written(in_tiles + (shared_ != nullptr ? count : 0));
  backend_.device().download(written.data(), values_, written.size() * sizeof(double));
  std::vector<double> values(count);
  for (std::size_t i = 0; i < in_tiles; ++i) values[i % count] += written[i];
  for (std::size_t i = in_tiles; i < written.size(); ++i) values[i % count] -= written[i];
  if (shared_ != nullptr) share_values(values);
  for (std::size_t i = 0; i < count; ++i) values[i] = terms_[i]->value(values[i]);
  return loss_values(plan_.terms, values);
}

void Graph::divide_terms(const LossValues& values) {
  // Values carry the weight w of their kind: dividing w L's gradient by L is multiplying it by
  // w / (w L).
  for (const LossKind kind : kLossKinds) {
    const double sum = values.sum(kind);
    scales_[static_cast<std::size_t>(kind)] = sum > 0 ? spec_[kind].weight / sum : 0.0;
  }
}

GradientTerms Graph::gradient_terms(const Layer& layer) const {
  GradientTerms result;
  result.activations = layer.out;
  // The pixels have no ReLU, and their gradient's unit is their own.
  result.mask = layer.convolution != nullptr;
  for (const Term* term : layer.terms) {
    if (term->term().region != kWholePicture) continue;
    term->add_gradient(gradient_scale(layer, *term), result);
  }
  return result;
}

double Graph::gradient_scale(const Layer& layer, const Term& term) const {
  const int exponent = layer.convolution != nullptr ? options_.balance.gradient_exponent : 0;
  return std::ldexp(scales_[static_cast<std::size_t>(term.term().kind)], exponent);
}

void Graph::add_regions(const Layer& layer, const Tensor& d, const Tensor& scratch) {
  for (const Term* term : layer.terms) {
    if (term->term().region == kWholePicture) continue;
    GradientTerms terms;
    terms.activations = layer.out;
    terms.mask = layer.convolution != nullptr;
    term->add_gradient(gradient_scale(layer, *term), terms);
    backend_.start_gradient(terms, scratch);
    const int region = term->term().region;
    backend_.add_weighted(scratch,
                          tiles_.whole() ? region_weights_.at(region, layer.out.shape)
                                         : tile_weights_.of_window(region, layer.out.shape),
                          d);
  }
}

void Graph::backward(const Window& window, const GradientVisitor& visit) {
  auto* current = gradients_[0];
  auto* other = gradients_[1];
  if (layers_.empty()) {
    backend_.device().clear(window.gradient, plan_.pixels.elements() * sizeof(float));
  } else {
    const Layer& last = layers_.back();
    const PhaseScope phase(backend_.device(), observer_, "backward", last.name);
    backend_.start_gradient(gradient_terms(last), {last.out.shape, current});
  }
  for (std::size_t i = layers_.size(); i-- > 0;) {
    Layer& layer = layers_[i];
    const PhaseScope phase(backend_.device(), observer_, "backward", layer.name);
    const Tensor d_out{layer.out.shape, current};
    add_regions(layer, d_out, {layer.out.shape, other});
    if (visit) visit(i, d_out);
    if (i == 0) {
      const Tensor d_input{plan_.pixels, other};
      layer.convolution->dgrad(d_out, nullptr, d_input, workspace_);
      backend_.pixel_ops().preprocess_bprop(
          for_gradients(input_maps_, options_.balance.gradient_exponent), d_input, false,
          window.gradient);
      break;
    }
    const Layer& below = layers_[i - 1];
    const GradientTerms terms = gradient_terms(below);
    if (below.pooled) {
      const Tensor d_pooled{below.pooled.shape, other};
      layer.convolution->dgrad(d_out, nullptr, d_pooled, workspace_);
      backend_.pool2x2().bprop(pool_, d_pooled, below.out, below.winners, &terms,
                               {below.out.shape, current});
    } else {
      layer.convolution->dgrad(d_out, &terms, {below.out.shape, other}, workspace_);
      std::swap(current, other);
    }
  }
  const PhaseScope phase(backend_.device(), observer_, "backward", pixels_.name);
  const GradientTerms terms = gradient_terms(pixels_);
  const bool looked_at = std::ranges::any_of(
      pixels_.terms, [](const Term* term) { return has_layers(term->term().kind); });
  if (looked_at) {
    const Tensor d_rgb{plan_.pixels, current};
    backend_.start_gradient(terms, d_rgb);
    add_regions(pixels_, d_rgb, {plan_.pixels, other});
    backend_.pixel_ops().preprocess_bprop(kUnitRgb, d_rgb, true, window.gradient);
  }
  if (tiles_.whole()) add_pixel_gradients(window);
}

void Graph::add_pixel_gradients(const Window& window) {
  for (const Term* term : pixels_.terms) {
    term->add_pixel_gradient(input_of(*term, window),
                             scales_[static_cast<std::size_t>(term->term().kind)], window.gradient);
  }
}

}  // namespace vggstyle

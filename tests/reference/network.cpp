#include "tests/reference/network.h"

#include <algorithm>
#include <numeric>

namespace vggstyle::reference {
namespace {

void add(Tensor& to, double factor, const Tensor& from) {
  for (std::size_t i = 0; i < to.data.size(); ++i) to.data[i] += factor * from.data[i];
}

}  // namespace

std::vector<Tensor> activations(const NetworkWeights& weights, const Tensor& rgb, Pooling pooling,
                                int last, Padding padding) {
  std::vector<Tensor> result;
  const std::vector<ConvLayer>& table = conv_layers(weights.model);
  Tensor x = preprocess(weights.preprocessing, rgb);
  for (int l = 0; l <= last; ++l) {
    const auto i = static_cast<std::size_t>(l);
    if (l > 0 && table[i - 1].last_in_block) x = pool(pooling, x);
    x = relu(conv3x3(x, table[i].out_channels, weights.layers[i].kernel, weights.layers[i].bias,
                     padding));
    result.push_back(x);
  }
  return result;
}

Tensor unit_rgb(Tensor rgb) {
  for (double& value : rgb.data) value /= 255;
  return rgb;
}

namespace {

/// The last layer that a loss with a weight looks at; kPixelLayer if none does.
int last_layer(const LossSpec& spec) {
  int last = kPixelLayer;
  for (const LossKind kind : {LossKind::kStyle, LossKind::kContent}) {
    if (spec[kind].weight == 0) continue;
    for (const LossLayer& l : spec[kind].layers) last = std::max(last, l.layer);
  }
  return last;
}

/// Adds the style terms of a region, or without `mask` of the picture, to e.style, and their gradients
/// to `own`, at each layer's activations, or to e.gradient. `targets` are those of its layers.
void add_style(const LossSpec& spec, Model model, const Tensor& rgb, const RegionMask& mask,
               const StyleStatistics* targets, Evaluation& e, std::vector<Tensor>& own) {
  const std::size_t n = spec[LossKind::kStyle].layers.size();
  double share = 0;
  for (const double weight : mask) share += weight / static_cast<double>(mask.size());
  if (mask.empty()) share = 1;
  for (std::size_t s = 0; s < n; ++s) {
    const LossLayer& entry = spec[LossKind::kStyle].layers[s];
    const double factor =
        share * spec[LossKind::kStyle].weight * entry.weight / static_cast<double>(n);
    const bool pixels = entry.layer == kPixelLayer;
    const Tensor f = pixels ? unit_rgb(rgb) : e.activations[static_cast<std::size_t>(entry.layer)];
    Tensor d;
    const RegionMask weights = mask.empty() ? mask : mask_at(mask, rgb, model, entry.layer);
    e.style.push_back(factor * style_loss(spec, n, f, targets[s], &d, weights));
    if (pixels) {
      add(e.gradient, factor / 255, d);
    } else {
      add(own[static_cast<std::size_t>(entry.layer)], factor, d);
    }
  }
}

void add_content(const LossSpec& spec, Model model, const Tensor& rgb, const RegionMask& pixels,
                 const std::vector<Tensor>& targets, Evaluation& e, std::vector<Tensor>& own) {
  const bool shared = !pixels.empty() && spec.normalization == Normalization::kRelative;
  const double share = shared ? std::accumulate(pixels.begin(), pixels.end(), 0.0) /
                                    static_cast<double>(pixels.size())
                              : 1;
  const std::size_t n = spec[LossKind::kContent].layers.size();
  for (std::size_t c = 0; c < n; ++c) {
    const LossLayer& entry = spec[LossKind::kContent].layers[c];
    const double factor =
        share * spec[LossKind::kContent].weight * entry.weight / static_cast<double>(n);
    const RegionMask weights = pixels.empty() ? pixels : mask_at(pixels, rgb, model, entry.layer);
    const auto layer = static_cast<std::size_t>(entry.layer);
    Tensor d;
    e.content.push_back(factor *
                        content_loss(spec, n, e.activations[layer], targets[c], &d, weights));
    add(own[layer], factor, d);
  }
}

/// The gradient at the pixels, given the losses' own gradients at each layer's activations.
Tensor backward(const NetworkWeights& weights, Pooling pooling, Padding padding,
                const std::vector<Tensor>& activations, const std::vector<Tensor>& own) {
  const std::vector<ConvLayer>& table = conv_layers(weights.model);
  Tensor from_above;
  for (std::size_t i = own.size(); i-- > 0;) {
    Tensor d = own[i];
    if (i + 1 < own.size()) {
      add(d, 1,
          table[i].last_in_block ? pool_backward(pooling, from_above, activations[i]) : from_above);
    }
    d = relu_backward(d, activations[i]);
    from_above = conv3x3_backward(d, table[i].in_channels, weights.layers[i].kernel, padding);
  }
  return preprocess_backward(weights.preprocessing, from_above);
}

}  // namespace

RegionMask mask_at(const RegionMask& pixels, const Tensor& rgb, Model model, int layer) {
  Tensor mask(1, rgb.height, rgb.width);
  mask.data = pixels;
  for (int l = 0; l < layer; ++l) {
    const bool last = conv_layers(model)[static_cast<std::size_t>(l)].last_in_block;
    if (last) mask = pool(Pooling::kAverage, mask);
  }
  return mask.data;
}

Evaluation evaluate(const NetworkWeights& weights, const LossSpec& spec, const Tensor& rgb,
                    const std::vector<StyleStatistics>& style_targets,
                    const std::vector<Tensor>& content_targets,
                    const std::vector<RegionMask>& regions, const RegionMask& content_weights) {
  Evaluation e;
  e.activations = activations(weights, rgb, spec.pooling, last_layer(spec), spec.padding);
  e.gradient = Tensor(3, rgb.height, rgb.width);
  std::vector<Tensor> own;
  for (const Tensor& f : e.activations) own.emplace_back(f.channels, f.height, f.width);
  if (spec[LossKind::kStyle].weight != 0) {
    const std::vector<RegionMask> masks = regions.empty() ? std::vector<RegionMask>(1) : regions;
    for (std::size_t r = 0; r < masks.size(); ++r) {
      add_style(spec, weights.model, rgb, masks[r],
                style_targets.data() + r * spec[LossKind::kStyle].layers.size(), e, own);
    }
  }
  if (spec[LossKind::kContent].weight != 0) {
    add_content(spec, weights.model, rgb, content_weights, content_targets, e, own);
  }
  if (!own.empty()) {
    add(e.gradient, 1, backward(weights, spec.pooling, spec.padding, e.activations, own));
  }
  if (spec[LossKind::kTv].weight != 0) {
    Tensor d;
    e.tv = spec[LossKind::kTv].weight * tv_loss(spec, rgb, &d);
    add(e.gradient, spec[LossKind::kTv].weight, d);
  }
  for (const double value : e.style) e.total += value;
  for (const double value : e.content) e.total += value;
  e.total += e.tv;
  return e;
}

}  // namespace vggstyle::reference

#include "tests/reference/network.h"

#include <algorithm>

namespace vggstyle::reference {
namespace {

void add(Tensor& to, double factor, const Tensor& from) {
  for (std::size_t i = 0; i < to.data.size(); ++i) to.data[i] += factor * from.data[i];
}

}  // namespace

std::vector<Tensor> activations(const NetworkWeights& weights, const Tensor& rgb, Pooling pooling,
                                int last) {
  std::vector<Tensor> result;
  const std::vector<ConvLayer>& table = conv_layers(weights.model);
  Tensor x = preprocess(weights.preprocessing, rgb);
  for (int l = 0; l <= last; ++l) {
    const auto i = static_cast<std::size_t>(l);
    if (l > 0 && table[i - 1].last_in_block) x = pool(pooling, x);
    x = relu(conv3x3(x, table[i].out_channels, weights.layers[i].kernel, weights.layers[i].bias));
    result.push_back(x);
  }
  return result;
}

Tensor unit_rgb(Tensor rgb) {
  for (double& value : rgb.data) value /= 255;
  return rgb;
}

Evaluation evaluate(const NetworkWeights& weights, const LossSpec& spec, const Tensor& rgb,
                    const std::vector<StyleStatistics>& style_targets,
                    const std::vector<Tensor>& content_targets) {
  const bool style = spec[LossKind::kStyle].weight != 0,
             content = spec[LossKind::kContent].weight != 0;
  int last = -1;
  if (style) {
    for (const LossLayer& l : spec[LossKind::kStyle].layers) last = std::max(last, l.layer);
  }
  if (content) {
    for (const LossLayer& l : spec[LossKind::kContent].layers) last = std::max(last, l.layer);
  }
  Evaluation e;
  e.activations = activations(weights, rgb, spec.pooling, last);
  e.gradient = Tensor(3, rgb.height, rgb.width);

  // The losses' own gradients at each layer's activations.
  std::vector<Tensor> own;
  for (const Tensor& f : e.activations) own.emplace_back(f.channels, f.height, f.width);
  if (style) {
    const std::size_t n = spec[LossKind::kStyle].layers.size();
    for (std::size_t s = 0; s < n; ++s) {
      const LossLayer& entry = spec[LossKind::kStyle].layers[s];
      const double factor = spec[LossKind::kStyle].weight * entry.weight / static_cast<double>(n);
      const bool pixels = entry.layer == kPixelLayer;
      const Tensor f =
          pixels ? unit_rgb(rgb) : e.activations[static_cast<std::size_t>(entry.layer)];
      Tensor d;
      e.style.push_back(factor * style_loss(spec, n, f, style_targets[s], &d));
      if (pixels) {
        add(e.gradient, factor / 255, d);
      } else {
        add(own[static_cast<std::size_t>(entry.layer)], factor, d);
      }
    }
  }
  if (content) {
    const std::size_t n = spec[LossKind::kContent].layers.size();
    for (std::size_t c = 0; c < n; ++c) {
      const LossLayer& entry = spec[LossKind::kContent].layers[c];
      const double factor = spec[LossKind::kContent].weight * entry.weight / static_cast<double>(n);
      const auto layer = static_cast<std::size_t>(entry.layer);
      Tensor d;
      e.content.push_back(factor *
                          content_loss(spec, n, e.activations[layer], content_targets[c], &d));
      add(own[layer], factor, d);
    }
  }

  const std::vector<ConvLayer>& table = conv_layers(weights.model);
  Tensor from_above;
  for (int l = last; l >= 0; --l) {
    const auto i = static_cast<std::size_t>(l);
    Tensor d = own[i];
    if (l < last) {
      add(d, 1,
          table[i].last_in_block ? pool_backward(spec.pooling, from_above, e.activations[i])
                                 : from_above);
    }
    d = relu_backward(d, e.activations[i]);
    from_above = conv3x3_backward(d, table[i].in_channels, weights.layers[i].kernel);
  }
  if (last >= 0) add(e.gradient, 1, preprocess_backward(weights.preprocessing, from_above));

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

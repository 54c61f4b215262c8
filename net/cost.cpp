#include "net/cost.h"

#include <algorithm>
#include <numeric>

#include "kernels/pool2x2.h"

namespace vggstyle {
namespace {

constexpr int kTaps = 9;
constexpr double kDirections = 2;

double elements(const Shape& shape) {
  return static_cast<double>(shape.elements());
}

double tensor_bytes(const Shape& shape, const StorageFacts& storage) {
  if (shape.channels == 3) {
    return static_cast<double>(shape.positions() * storage.color_channels * sizeof(float));
  }
  return elements(shape) * static_cast<double>(storage.activation_bytes);
}

const LossLayer* find(const std::vector<LossLayer>& layers, int layer) {
  const auto found = std::find_if(layers.begin(), layers.end(),
                                  [layer](const LossLayer& l) { return l.layer == layer; });
  return found == layers.end() ? nullptr : &*found;
}

/// The sums and the target of C x C in float64, and P.
double style_bytes(double channels, const StorageFacts& storage) {
  return channels * channels * (8 + 8 + storage.style_matrices * double{sizeof(float)});
}

}  // namespace

double GraphCost::flop() const {
  return std::accumulate(layers.begin(), layers.end(), 0.0,
                         [](double sum, const LayerCost& l) { return sum + l.flop(); });
}

double GraphCost::bytes() const {
  return std::accumulate(layers.begin(), layers.end(), 0.0,
                         [](double sum, const LayerCost& l) { return sum + l.bytes; });
}

double GraphCost::memory_bytes() const {
  return std::accumulate(layers.begin(), layers.end(), shared_bytes,
                         [](double sum, const LayerCost& l) { return sum + l.memory_bytes; });
}

GraphCost graph_cost(Model model, Shape pixels, const LossSpec& full_spec,
                     const StorageFacts& storage, bool with_gradient) {
  const LossSpec spec = without_idle_losses(full_spec);
  const std::vector<ConvLayer>& table = conv_layers(model);
  const int deepest = deepest_layer(spec);
  GraphCost cost;
  double largest = tensor_bytes(pixels, storage), workspace = 0;
  Shape in = pixels;
  for (int i = 0; i <= deepest; ++i) {
    const ConvLayer& entry = table[static_cast<std::size_t>(i)];
    LayerCost layer;
    layer.name = entry.name;
    layer.in_channels = entry.in_channels;
    layer.shape = {entry.out_channels, in.height, in.width};
    const double out_bytes = tensor_bytes(layer.shape, storage);
    const double filters = static_cast<double>(kTaps * entry.in_channels) * entry.out_channels;
    layer.conv_flop = kDirections * 2 * filters * static_cast<double>(layer.shape.positions());
    layer.bytes = 2 * out_bytes + 3 * tensor_bytes(in, storage);
    layer.memory_bytes = out_bytes + (with_gradient ? kDirections : 1) *
                                         storage.filter_bytes(in, entry.out_channels);
    if (find(spec.style_layers, i) != nullptr) {
      const double channels = entry.out_channels;
      layer.gram_flop = 3 * channels * elements(layer.shape);
      layer.bytes += out_bytes;
      layer.memory_bytes += style_bytes(channels, storage);
    }
    if (find(spec.content_layers, i) != nullptr) {
      layer.bytes += 3 * out_bytes;  // both for the distance, the target for the gradient
      layer.memory_bytes += out_bytes;
    }
    largest = std::max(largest, out_bytes);
    workspace = std::max(workspace, storage.workspace_bytes(in, entry.out_channels));
    in = layer.shape;
    if (entry.last_in_block && i < deepest) {
      in = pooled_shape(in);
      layer.memory_bytes += tensor_bytes(in, storage) + elements(in);  // and a byte a winner
    }
    cost.layers.push_back(layer);
  }
  // The network's input and the pixel layer, pixels from the host, two gradients.
  cost.shared_bytes = 2 * tensor_bytes(pixels, storage) + elements(pixels) * sizeof(float) +
                      (with_gradient ? 2 * largest : 0) + workspace;
  return cost;
}

}  // namespace vggstyle

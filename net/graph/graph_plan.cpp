#include "net/graph/graph_plan.h"

#include <algorithm>
#include <numeric>

#include "kernels/pool2x2.h"
#include "net/style/style_function.h"
#include "net/tiles/bands.h"
#include "runtime/error.h"

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

/// What the weights of positions are multiplied with.
double weighted_bytes(const Shape& shape, const StorageFacts& storage) {
  return storage.copies_weighted ? tensor_bytes(shape, storage) : 0;
}

/// What a region takes of a layer of this shape: its weights, and what they are multiplied with.
double region_bytes(const Shape& shape, const StorageFacts& storage) {
  return static_cast<double>(shape.positions()) * sizeof(float) + weighted_bytes(shape, storage);
}

/// Adds what a term on this layer takes.
void add_term(const LossTerm& term, const StorageFacts& storage, bool in_tiles, LayerPlan& layer) {
  const double out_bytes = tensor_bytes(layer.shape, storage);
  switch (term.kind) {
    case LossKind::kStyle: {
      const double channels = layer.shape.channels;
      layer.gram_flop += 3 * channels * elements(layer.shape);
      layer.bytes += out_bytes;
      // The sums and the target of C x C in float64, and P.
      layer.memory_bytes +=
          channels * channels * (8 + 8 + storage.style_matrices * double{sizeof(float)});
      if (term.region == kWholePicture) {
        if (in_tiles) layer.memory_bytes += weighted_bytes(layer.shape, storage);
        break;
      }
      layer.bytes += 4 * out_bytes;  // P F is taken alone, and then added
      layer.memory_bytes += region_bytes(layer.shape, storage);
      break;
    }
    case LossKind::kContent:
      layer.bytes += 3 * out_bytes;  // both for the distance, the target for the gradient
      layer.memory_bytes += out_bytes;
      if (term.region == kWholePicture) break;
      layer.bytes += 3 * out_bytes;  // its gradient is taken alone, and then added
      layer.memory_bytes += static_cast<double>(layer.shape.positions()) * sizeof(float);
      break;
    case LossKind::kTv:
    case LossKind::kTemporal:
      break;  // the pixels are no convolution
  }
}

/// What terms hold that compare pixels with a target: it, two more of its size, and weights.
double temporal_bytes(const LossSpec& spec, const Shape& pixels, const StorageFacts& storage) {
  if (spec[LossKind::kTemporal].weight == 0) return 0;
  return 3 * tensor_bytes(pixels, storage) +
         static_cast<double>(pixels.positions()) * sizeof(float);
}

LayerPlan plan_layer(const ConvLayer& entry, Shape in, Padding padding, const StorageFacts& storage,
                     bool with_gradient) {
  LayerPlan layer;
  layer.name = entry.name;
  layer.in = in;
  layer.shape = {entry.out_channels, in.height, in.width};
  const double out_bytes = tensor_bytes(layer.shape, storage);
  const double filters = static_cast<double>(kTaps * entry.in_channels) * entry.out_channels;
  layer.conv_flop = kDirections * 2 * filters * static_cast<double>(layer.shape.positions());
  layer.bytes = 2 * out_bytes + 3 * tensor_bytes(in, storage);
  layer.memory_bytes = out_bytes + (with_gradient ? kDirections : 1) *
                                       storage.filter_bytes(in, entry.out_channels, padding);
  return layer;
}

}  // namespace

double GraphPlan::flop() const {
  return std::accumulate(layers.begin(), layers.end(), 0.0,
                         [](double sum, const LayerPlan& l) { return sum + l.flop(); });
}

double GraphPlan::bytes() const {
  return std::accumulate(layers.begin(), layers.end(), 0.0,
                         [](double sum, const LayerPlan& l) { return sum + l.bytes; });
}

double GraphPlan::memory_bytes() const {
  return std::accumulate(layers.begin(), layers.end(), shared_bytes,
                         [](double sum, const LayerPlan& l) { return sum + l.memory_bytes; });
}

GraphPlan plan_graph(Model model, Shape pixels, const LossSpec& spec, const StorageFacts& storage,
                     bool with_gradient, bool in_tiles) {
  const int deepest = deepest_layer(spec);
  GraphPlan plan;
  plan.model = model;
  plan.pixels = plan.largest = pixels;
  plan.terms = terms_of(spec);
  double workspace = 0;
  Shape in = pixels;
  for (int i = 0; i <= deepest; ++i) {
    const ConvLayer& entry = conv_layers(model)[static_cast<std::size_t>(i)];
    LayerPlan layer = plan_layer(entry, in, spec.padding, storage, with_gradient);
    layer.layer = i;
    for (const LossTerm& term : plan.terms) {
      if (term.layer != i) continue;
      add_term(term, storage, in_tiles, layer);
      if (term.kind != LossKind::kStyle) continue;
      layer.memory_bytes += static_cast<double>(
          style_function_bytes(spec.style_form, static_cast<std::size_t>(layer.shape.channels)));
    }
    if (tensor_bytes(layer.shape, storage) > tensor_bytes(plan.largest, storage)) {
      plan.largest = layer.shape;
    }
    workspace = std::max(workspace, storage.workspace_bytes(in, entry.out_channels, spec.padding));
    in = layer.shape;
    if (entry.last_in_block && i < deepest) {
      in = layer.pooled = pooled_shape(in);
      layer.memory_bytes += tensor_bytes(in, storage) + elements(in);  // and a byte a winner
    }
    plan.layers.push_back(std::move(layer));
  }
  // The network's input and the pixel layer, pixels from the host, two gradients.
  plan.shared_bytes = 2 * tensor_bytes(pixels, storage) + elements(pixels) * sizeof(float) +
                      (with_gradient ? 2 * tensor_bytes(plan.largest, storage) : 0) + workspace;
  if (!in_tiles) plan.shared_bytes += temporal_bytes(spec, pixels, storage);
  for (const LossTerm& term : plan.terms) {
    if (term.layer == kPixelLayer && term.region != kWholePicture) {
      plan.shared_bytes += region_bytes(pixels, storage);
    }
  }
  return plan;
}

namespace {

/// Of a graph in tiles; `whole` is the picture in one.
double tiles_bytes(const GraphPlan& whole, const TilePlan& tiles, const LossSpec& spec,
                   const StorageFacts& storage, bool with_gradient) {
  const Shape& pixels = tiles.picture;
  const GraphPlan window =
      plan_graph(whole.model, tiles.window, spec, storage, with_gradient, true);
  // The tile's own pixels and gradient, its weights at every size, the content of the whole picture.
  const double weights = 4.0 / 3 * sizeof(float);
  const int regions = spec.regions + (spec.content_weights ? 1 : 0);
  double bytes = window.memory_bytes() + elements(tiles.window) * sizeof(float) +
                 (1 + regions) * weights * static_cast<double>(tiles.window.positions()) +
                 regions * weights * static_cast<double>(pixels.positions()) +
                 temporal_bytes(spec, pixels, storage);
  const double seen = static_cast<double>(
      tiles.band.size() == pixels.height ? pixels.height : slab_of(tiles).size());
  for (const LossTerm& term : whole.terms) {
    if (term.kind != LossKind::kContent) continue;
    bytes += sizeof(float) * seen / pixels.height *
             elements(term.layer == kPixelLayer
                          ? pixels
                          : whole.layers[static_cast<std::size_t>(term.layer)].shape);
  }
  return bytes;
}

}  // namespace

std::vector<TilePlan> plan_tiles(Model model, const LossSpec& spec, Shape picture, int tile,
                                 bool with_gradient, int ranks) {
  const int deepest = deepest_layer(spec);
  if (ranks == 1) {
    return {plan_tiles(model, deepest, picture, spec.padding, tile, with_gradient)};
  }
  if (spec.padding == Padding::kCircular || spec[LossKind::kTemporal].weight != 0) {
    throw InternalError("ranks were to share a picture that wraps, or a frame");
  }
  std::vector<TilePlan> plans;
  for (const Interval& band : plan_bands(picture.height, tile_alignment(model, deepest), ranks)) {
    plans.push_back(plan_tiles(model, deepest, picture, band, tile, with_gradient));
  }
  return plans;
}

TilePlan plan_own_tiles(Model model, const LossSpec& spec, Shape picture, int tile,
                        bool with_gradient, const Ranks* ranks) {
  const int size = ranks != nullptr ? ranks->size() : 1;
  const int own = ranks != nullptr ? ranks->rank() : 0;
  return plan_tiles(model, spec, picture, tile, with_gradient, size)[static_cast<std::size_t>(own)];
}

double graph_bytes(Model model, Shape pixels, const LossSpec& spec, const StorageFacts& storage,
                   bool with_gradient, int tile, int ranks) {
  const GraphPlan whole = plan_graph(model, pixels, spec, storage, with_gradient);
  double most = 0;
  for (const TilePlan& tiles : plan_tiles(model, spec, pixels, tile, with_gradient, ranks)) {
    if (tiles.whole()) return whole.memory_bytes();
    double bytes = tiles_bytes(whole, tiles, spec, storage, with_gradient);
    if (ranks > 1) {
      // The slab, and the band twice with a row on either side.
      const int rows = slab_of(tiles).size() + 2 * (tiles.band.size() + 2);
      bytes += sizeof(float) * elements({3, rows, pixels.width});
    }
    most = std::max(most, bytes);
  }
  return most;
}

}  // namespace vggstyle

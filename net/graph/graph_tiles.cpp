// A picture in tiles (net/tiles/tile_plan.h): sums over all of them, the loss terms, and back.

#include "net/graph/graph.h"
#include "net/graph/graph_phase.h"

namespace vggstyle {

Window Graph::forward_tile(const Tile& tile, const float* pixels) {
  const Shape window = plan_.pixels;
  tile_weights_.load(backend_.device(), tile);
  backend_.pixel_ops().copy_rectangle(
      pixels, tiles_.picture, {tile.rows.window, tile.columns.window, window.height, window.width},
      staging_, window, 0, 0);
  const Window result{window, staging_, window_gradient_};
  forward(result);
  return result;
}

void Graph::sum_tile(const Window& window, std::size_t tile, const TermFilter& counts) {
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    Term& term = *terms_[i];
    if (!counts(term.term())) continue;
    term.show_tile(tiles_.tiles[tile]);
    const PhaseScope phase(backend_.device(), observer_, "statistics", at(term.term().layer).name);
    const TermInput input = input_of(term, window);
    if (tile == 0) term.begin(input);
    if (input.weights.sum > 0) term.accumulate(input, value_of(i, tile));
  }
}

void Graph::sum_over_tiles(const float* pixels, const TermFilter& counts) {
  backend_.device().clear(values_, terms_.size() * tiles_.tiles.size() * sizeof(double));
  for (std::size_t t = 0; t < tiles_.tiles.size(); ++t) {
    const Window window = forward_tile(tiles_.tiles[t], pixels);
    sum_tile(window, t, counts);
  }
}

LossValues Graph::evaluate_tiles(const float* pixels, float* gradient,
                                 const std::function<void()>& then) {
  PixelOps& ops = backend_.pixel_ops();
  // What compares pixels needs no network, and no tiles.
  const Window picture{tiles_.picture, pixels, gradient};
  sum_over_tiles(pixels, [](const LossTerm& term) { return has_layers(term.kind); });
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    if (!has_layers(terms_[i]->term().kind)) {
      terms_[i]->accumulate({pixels_.out, pixels, tiles_.picture, {}}, value_of(i));
    }
  }
  loss_terms();
  if (options_.divide_terms_by_value) divide_terms(read_values());
  // The last tile of the sums is still there: it comes first.
  for (std::size_t t = tiles_.tiles.size(); t-- > 0;) {
    const Tile& tile = tiles_.tiles[t];
    if (t + 1 < tiles_.tiles.size()) {
      forward_tile(tile, pixels);
      for (const auto& term : terms_) term->show_tile(tile);
    }
    backward({plan_.pixels, staging_, window_gradient_});
    const auto& [rows, columns] = tile;
    ops.copy_rectangle(window_gradient_, plan_.pixels,
                       {rows.core.begin - rows.window, columns.core.begin - columns.window,
                        rows.core.size(), columns.core.size()},
                       gradient, tiles_.picture, rows.core.begin, columns.core.begin);
  }
  {
    const PhaseScope phase(backend_.device(), observer_, "backward", pixels_.name);
    add_pixel_gradients(picture);
  }
  if (then) then();
  return read_values();
}

void Graph::set_content_maps(const float* pixels) {
  std::vector<std::unique_ptr<LayerMap>> maps;
  for (const auto& term : terms_) {
    const int layer = term->term().layer;
    maps.push_back(
        term->term().kind != LossKind::kContent
            ? nullptr
            : std::make_unique<LayerMap>(tiles_, layer_stride(model_, layer), layer_shape(layer)));
  }
  for (const Tile& tile : tiles_.tiles) {
    forward_tile(tile, pixels);
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if (maps[i] == nullptr) continue;
      const Tensor& stored = at(terms_[i]->term().layer).out;
      std::vector<float> activations(stored.shape.elements());
      backend_.read(stored, activations.data());
      maps[i]->take(tile, activations, stored.shape);
    }
  }
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    if (maps[i] == nullptr) continue;
    const LossTerm& term = terms_[i]->term();
    terms_[i]->set_content_map(std::move(maps[i]),
                               term.region == kWholePicture
                                   ? std::vector<float>{}
                                   : region_weights_.on_host(term.region, layer_shape(term.layer)));
  }
}

}  // namespace vggstyle

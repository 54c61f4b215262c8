// A picture in tiles (net/tiles/tile_plan.h): sums over all of them, the loss terms, and back.

#include "net/graph/graph.h"
#include "net/graph/graph_phase.h"

namespace vggstyle {

PictureRows Graph::rows_of(const float* pixels) {
  return shared_ != nullptr ? shared_->gathered(pixels) : PictureRows{pixels, tiles_.picture, 0};
}

Window Graph::forward_tile(const Tile& tile, const PictureRows& picture) {
  const Shape window = plan_.pixels;
  tile_weights_.load(backend_.device(), tile);
  backend_.pixel_ops().copy_rectangle(
      picture.pixels, picture.shape,
      {tile.rows.window - picture.top, tile.columns.window, window.height, window.width}, staging_,
      window, 0, 0);
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

void Graph::sum_over_tiles(const PictureRows& picture, const TermFilter& counts) {
  backend_.device().clear(values_, terms_.size() * (tiles_.tiles.size() + 1) * sizeof(double));
  for (std::size_t t = 0; t < tiles_.tiles.size(); ++t) {
    const Window window = forward_tile(tiles_.tiles[t], picture);
    sum_tile(window, t, counts);
  }
  if (shared_ != nullptr) share_sums();
}

void Graph::sum_pixels(const PictureRows& picture) {
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    if (has_layers(terms_[i]->term().kind)) continue;
    const auto sum = [&](const PictureRows& rows, double* value) {
      terms_[i]->accumulate({pixels_.out, rows.pixels, rows.shape, {}}, value);
    };
    if (shared_ == nullptr) {
      sum(picture, value_of(i));
      continue;
    }
    sum(shared_->counted(picture), value_of(i));
    const PictureRows surplus = shared_->surplus(picture);
    if (surplus.pixels != nullptr) sum(surplus, value_of(i, tiles_.tiles.size()));
  }
}

LossValues Graph::evaluate_tiles(const float* pixels, float* gradient,
                                 const std::function<void()>& then) {
  const PictureRows picture = rows_of(pixels);
  sum_over_tiles(picture, [](const LossTerm& term) { return has_layers(term.kind); });
  sum_pixels(picture);
  loss_terms();
  if (options_.divide_terms_by_value) divide_terms(read_values());
  backward_over_tiles(picture, gradient);
  {
    const PhaseScope phase(backend_.device(), observer_, "backward", pixels_.name);
    if (shared_ == nullptr) {
      add_pixel_gradients({tiles_.picture, pixels, gradient});
    } else if (spec_[LossKind::kTv].weight != 0) {
      shared_->add_gradient(picture, gradient, [this](const PictureRows& rows, float* near) {
        add_pixel_gradients({rows.shape, rows.pixels, near});
      });
    }
  }
  if (then) then();
  return read_values();
}

void Graph::backward_over_tiles(const PictureRows& picture, float* gradient) {
  // The last tile of the sums is still there: it comes first.
  for (std::size_t t = tiles_.tiles.size(); t-- > 0;) {
    const Tile& tile = tiles_.tiles[t];
    if (t + 1 < tiles_.tiles.size()) {
      forward_tile(tile, picture);
      for (const auto& term : terms_) term->show_tile(tile);
    }
    backward({plan_.pixels, staging_, window_gradient_});
    const auto& [rows, columns] = tile;
    backend_.pixel_ops().copy_rectangle(
        window_gradient_, plan_.pixels,
        {rows.core.begin - rows.window, columns.core.begin - columns.window, rows.core.size(),
         columns.core.size()},
        gradient, own_shape(), rows.core.begin - tiles_.band.begin, columns.core.begin);
  }
}

void Graph::share_sums() {
  std::vector<double> sums;
  for (const auto& term : terms_) term->append_sums(sums);
  shared_->ranks().sum(sums);
  std::span<const double> rest(sums);
  for (const auto& term : terms_) term->take_sums(rest);
}

void Graph::share_values(std::vector<double>& values) {
  std::vector<double> own;
  const auto is_shared = [this](std::size_t i) { return !terms_[i]->has_form(); };
  for (std::size_t i = 0; i < values.size(); ++i) own.push_back(is_shared(i) ? values[i] : 0);
  shared_->ranks().sum(own);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_shared(i)) values[i] = own[i];
  }
  // What each has formed of the same sums may differ in last bits between processors, and what is decided by it may not.
  shared_->ranks().broadcast(values);
}

void Graph::set_content_maps(const float* pixels) {
  Buffer place;
  const PictureRows picture = uploaded_picture(pixels, place);
  std::vector<std::unique_ptr<LayerMap>> maps;
  for (const auto& term : terms_) {
    const int layer = term->term().layer;
    maps.push_back(
        term->term().kind != LossKind::kContent
            ? nullptr
            : std::make_unique<LayerMap>(tiles_, layer_stride(model_, layer), layer_shape(layer)));
  }
  for (const Tile& tile : tiles_.tiles) {
    forward_tile(tile, picture);
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
    const bool whole = term.region == kWholePicture;
    const ContentNorms norms =
        maps[i]->norms(whole ? std::vector<float>{}
                             : region_weights_.on_host(term.region, layer_shape(term.layer)),
                       options_.ranks);
    if (shared_ != nullptr) maps[i]->complete(shared_->ranks());
    terms_[i]->set_content_map(std::move(maps[i]), norms);
  }
}

}  // namespace vggstyle

// Statistics of pictures, and the targets that are made of them.

#include "net/graph/graph.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

bool is_style(const LossTerm& term) {
  return term.kind == LossKind::kStyle;
}

}  // namespace

PictureRows Graph::uploaded_picture(const float* pixels, Buffer& place) {
  if (shared_ != nullptr) return shared_->uploaded(pixels);
  place = Buffer(backend_.device(), tiles_.picture.elements() * sizeof(float));
  backend_.device().upload(place.data(), pixels, place.bytes());
  return {place.as<float>(), tiles_.picture, 0};
}

float* Graph::upload(const float* pixels) {
  backend_.device().upload(staging_, pixels, plan_.pixels.elements() * sizeof(float));
  return staging_;
}

void Graph::run_forward(const float* pixels) {
  forward(whole(upload(pixels)));
}

std::vector<StyleStatistics> Graph::style_statistics(const float* pixels) {
  if (tiles_.whole()) {
    const Window window = whole(upload(pixels));
    forward(window);
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if (is_style(terms_[i]->term())) sum_statistics(i, window);
    }
  } else {
    Buffer place;
    sum_over_tiles(uploaded_picture(pixels, place), is_style);
  }
  std::vector<StyleStatistics> result;
  for (const auto& term : terms_) {
    if (is_style(term->term())) result.push_back(term->style_statistics());
  }
  return result;
}

void Graph::set_style_targets(const std::vector<StyleStatistics>& targets) {
  std::vector<Term*> styles;
  for (const auto& term : terms_) {
    if (is_style(term->term())) styles.push_back(term.get());
  }
  if (targets.size() != styles.size()) {
    throw InternalError("a style target is needed for each of " + std::to_string(styles.size()) +
                        " layers, not " + std::to_string(targets.size()));
  }
  recordings_.clear();
  for (std::size_t s = 0; s < styles.size(); ++s) styles[s]->set_style_target(targets[s]);
}

void Graph::set_content_target(const float* pixels) {
  if (!tiles_.whole()) {
    set_content_maps(pixels);
    return;
  }
  recordings_.clear();
  const Window window = whole(upload(pixels));
  forward(window);
  for (const auto& term : terms_) term->set_content_target(input_of(*term, window), values_);
}

void Graph::set_temporal_target(const float* pixels, const std::vector<float>& weights) {
  recordings_.clear();
  for (const auto& term : terms_) term->set_temporal_target(pixels, weights);
}

}  // namespace vggstyle

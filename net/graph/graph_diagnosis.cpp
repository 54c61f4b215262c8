// What a graph computed, brought to the host: for files, for the choice of units, and to find where
// numbers stop being finite.

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "net/graph/graph.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace

std::vector<float> Graph::activations(int layer) {
  const Layer& from = at(layer);
  std::vector<float> result(from.out.shape.elements());
  backend_.read(from.out, result.data());
  if (from.exponent != 0) {
    for (float& value : result) value = std::ldexp(value, from.exponent);
  }
  return result;
}

LossValues Graph::evaluate_on(const float* pixels, float* gradient,
                              const std::vector<std::vector<float>>& activations) {
  const Window window = whole(pixels, gradient);
  forward(window);
  statistics(window);
  loss_terms();
  const LossValues values = read_values();
  for (std::size_t i = 0; i < std::min(activations.size(), layers_.size()); ++i) {
    if (activations[i].empty()) continue;
    const Layer& layer = layers_[i];
    std::vector<float> stored = activations[i];
    if (stored.size() != layer.out.shape.elements()) {
      throw InternalError("activations of another size than those of " + layer.name);
    }
    for (float& value : stored) value = std::ldexp(value, -layer.exponent);
    backend_.write(stored.data(), layer.out);
    if (layer.pooled) {
      backend_.pool2x2().fprop(pool_, layer.out, layer.pooled, layer.winners);
    }
  }
  if (options_.divide_terms_by_value) divide_terms(values);
  backward(window);
  return values;
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

std::vector<double> Graph::largest_activations() {
  std::vector<double> result;
  for (const Layer& layer : layers_) {
    result.push_back(largest_element(layer.out, layer.exponent));
  }
  return result;
}

std::vector<double> Graph::largest_of_tiles(const PictureRows& picture) {
  std::vector<double> largest(layers_.size());
  const auto take = [&](std::span<const double> values) {
    for (std::size_t l = 0; l < largest.size(); ++l) {
      // A NaN stays.
      if (!(values[l] <= largest[l]) && !std::isnan(largest[l])) largest[l] = values[l];
    }
  };
  for (const Tile& tile : tiles_.tiles) {
    forward_tile(tile, picture);
    take(largest_activations());
  }
  if (shared_ == nullptr) return largest;
  const std::vector<double> all = shared_->ranks().gather(largest);
  for (std::size_t at = 0; at < all.size(); at += largest.size()) {
    take(std::span(all).subspan(at, largest.size()));
  }
  return largest;
}

Magnitudes Graph::magnitudes(const float* pixels, float* gradient) {
  Magnitudes result;
  const Window window = whole(pixels, gradient);
  forward(window);
  result.activations = largest_activations();
  if (gradient == nullptr || !options_.with_gradient) return result;
  statistics(window);
  loss_terms();
  if (options_.divide_terms_by_value) divide_terms(read_values());
  result.gradients.resize(layers_.size());
  backward(window, [&](std::size_t layer, const Tensor& stored) {
    result.gradients[layer] =
        largest_element(stored, -layers_[layer].exponent - options_.balance.gradient_exponent);
  });
  return result;
}

std::string Graph::overflowed_activations(const Magnitudes& found) const {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (std::isfinite(found.activations[l])) continue;
    return layers_[l].name + " overflowed: its activations are not finite" +
           (l == 0 ? ""
                   : ", those of " + layers_[l - 1].name + " reach " +
                         number_text(found.activations[l - 1]));
  }
  return "";
}

std::string Graph::overflowed_terms(const Magnitudes& found) {
  for (const TermValue& term : read_values().terms) {
    if (std::isfinite(term.value)) continue;
    return at(term.layer).name + " overflowed: its " + std::string(name_of(term.kind)) +
           " loss is not finite" +
           (term.layer == kPixelLayer
                ? ""
                : ", its activations reach " +
                      number_text(found.activations[static_cast<std::size_t>(term.layer)]));
  }
  return "";
}

std::string Graph::overflowed_gradients(const Magnitudes& found) const {
  for (std::size_t l = layers_.size(); l-- > 0;) {
    if (std::isfinite(found.gradients[l])) continue;
    return layers_[l].name + " overflowed: its gradient is not finite" +
           (l + 1 == layers_.size() ? ""
                                    : ", that of " + layers_[l + 1].name + " reaches " +
                                          number_text(found.gradients[l + 1]));
  }
  return "";
}

std::string Graph::find_overflow(const float* pixels, float* gradient) {
  VectorOps& ops = backend_.vector_ops();
  const std::size_t elements = own_shape().elements();
  const auto is_finite = [&](const float* x) {
    double most = 0;
    ops.max_abs(x, elements, most);
    ops.read_back();
    return std::isfinite(most);
  };
  double not_finite = is_finite(pixels) ? 0 : 1;
  if (shared_ != nullptr) shared_->ranks().sum({&not_finite, 1});
  if (not_finite != 0) return "the pixels themselves are not finite";
  if (!tiles_.whole()) return overflowed_activations({largest_of_tiles(rows_of(pixels)), {}});
  const Magnitudes found = magnitudes(pixels, gradient);
  std::string where = overflowed_activations(found);
  if (!where.empty() || gradient == nullptr || !options_.with_gradient) return where;
  where = overflowed_terms(found);
  if (where.empty()) where = overflowed_gradients(found);
  if (where.empty() && !is_finite(gradient)) {
    where = "the gradient of the pixels is not finite, though that of every layer is";
  }
  return where;
}

}  // namespace vggstyle

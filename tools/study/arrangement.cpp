#include "tools/study/arrangement.h"

#include <algorithm>
#include <cmath>

namespace vggstyle {
namespace {

constexpr const char* kLayer = "conv4_2";

/// The mean of a channel over one field; fields share a row or column where they do not come out
/// even, so that none is empty.
double field_mean(const float* channel, const Shape& shape, int row, int column) {
  constexpr int kGrid = Arrangement::kGrid;
  const int top = row * shape.height / kGrid, left = column * shape.width / kGrid;
  const int bottom = std::max(top + 1, (row + 1) * shape.height / kGrid);
  const int right = std::max(left + 1, (column + 1) * shape.width / kGrid);
  double sum = 0;
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) sum += static_cast<double>(channel[y * shape.width + x]);
  }
  return sum / ((bottom - top) * (right - left));
}

}  // namespace

double distance(const Arrangement& a, const Arrangement& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double difference = a.values[i] - b.values[i];
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

ArrangementMeter::ArrangementMeter(Engine& engine)
    : layer_(parse_layer(engine.model(), kLayer)), view_(engine, {{layer_}}) {}

Arrangement ArrangementMeter::operator()(const Picture& picture) {
  Graph& graph = view_.look_at(picture);
  const std::vector<float> activations = graph.activations(layer_);
  const Shape shape = graph.layer_shape(layer_);
  Arrangement arrangement;
  for (int c = 0; c < shape.channels; ++c) {
    const float* channel = activations.data() + static_cast<std::size_t>(c) * shape.positions();
    for (int row = 0; row < Arrangement::kGrid; ++row) {
      for (int column = 0; column < Arrangement::kGrid; ++column) {
        arrangement.values.push_back(field_mean(channel, shape, row, column));
      }
    }
  }
  return arrangement;
}

}  // namespace vggstyle

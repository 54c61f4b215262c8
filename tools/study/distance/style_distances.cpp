#include "tools/study/distance/style_distances.h"

namespace vggstyle {
namespace {

/// In the order of kDistanceKinds.
std::array<double, kDistanceKinds.size()> all_distances(const StyleStatistics& a,
                                                        const StyleStatistics& b,
                                                        const NormalStyle& normal_a,
                                                        const NormalStyle& normal_b) {
  // One decomposition for both: it takes most of the time.
  const double bures = bures_distance(normal_a, normal_b);
  const double size = bures_size(normal_a, normal_b);
  return {frobenius_distance(a, b, GramMode::kRaw),
          frobenius_distance(a, b, GramMode::kCentered),
          frobenius_distance(a, b, GramMode::kBoth),
          relative_frobenius_distance(a, b, GramMode::kRaw),
          relative_frobenius_distance(a, b, GramMode::kCentered),
          relative_frobenius_distance(a, b, GramMode::kBoth),
          bures,
          size > 0 ? bures / size : 0};
}

}  // namespace

LayerDistances layer_distances(const std::vector<StyleStatistics>& styles,
                               const std::function<void()>& done) {
  const std::vector<NormalStyle> normals(styles.begin(), styles.end());
  LayerDistances matrices;
  matrices.fill(DistanceMatrix(styles.size()));
  for (std::size_t i = 0; i < styles.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto distances = all_distances(styles[i], styles[j], normals[i], normals[j]);
      for (std::size_t kind = 0; kind < distances.size(); ++kind) {
        matrices[kind].at(i, j) = matrices[kind].at(j, i) = distances[kind];
      }
      done();
    }
  }
  return matrices;
}

double expected_seconds(std::size_t pictures, int channels) {
  // A decomposition a pair, which takes this times the cube of the channels.
  constexpr double kSecondsACube = 1e-9;
  const auto n = static_cast<double>(pictures);
  return n * (n - 1) / 2 * kSecondsACube * channels * channels * channels;
}

DistanceMatrix mean_over_layers(const std::vector<LayerDistances>& distances,
                                const std::vector<LossLayer>& layers, std::size_t kind) {
  DistanceMatrix mean(distances.front()[kind].side);
  double weights = 0;
  for (const LossLayer& layer : layers) weights += layer.weight;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    for (std::size_t i = 0; i < mean.values.size(); ++i) {
      mean.values[i] += layers[l].weight / weights * distances[l][kind].values[i];
    }
  }
  return mean;
}

}  // namespace vggstyle

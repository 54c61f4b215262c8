#pragma once

#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "net/loss_spec.h"
#include "tools/measures/style_distance.h"

namespace vggstyle {

/// The distances of a layer (tools/measures/style_distance.h), by kind.
struct DistanceKind {
  std::string_view key;    ///< of files: "relative_frobenius_both"
  std::string_view title;  ///< of tables: "relative, both"
};
inline constexpr std::array<DistanceKind, 8> kDistanceKinds = {{
    {"frobenius_raw", "raw"},
    {"frobenius_centered", "centred"},
    {"frobenius_both", "both"},
    {"relative_frobenius_raw", "relative raw"},
    {"relative_frobenius_centered", "relative centred"},
    {"relative_frobenius_both", "relative both"},
    {"bures", "Bures"},
    {"relative_bures", "relative Bures"},
}};
/// Those without a unit, of which the mean over layers says how far apart two styles are.
inline constexpr std::size_t kRelativeFrobenius = 5, kRelativeBures = 7;

/// From each of n pictures to each: n x n, symmetric, 0 on the diagonal.
struct DistanceMatrix {
  std::size_t side = 0;
  std::vector<double> values;

  explicit DistanceMatrix(std::size_t n = 0) : side(n), values(n * n) {}
  double& at(std::size_t i, std::size_t j) { return values[i * side + j]; }
  double at(std::size_t i, std::size_t j) const { return values[i * side + j]; }
};

/// One layer's matrices, in the order of kDistanceKinds.
using LayerDistances = std::array<DistanceMatrix, kDistanceKinds.size()>;

/// Of the statistics of n pictures on one layer. `done` is called after every pair.
LayerDistances layer_distances(const std::vector<StyleStatistics>& styles,
                               const std::function<void()>& done);

/// Seconds, roughly, that layer_distances() takes for n pictures and a layer of so many channels.
double expected_seconds(std::size_t pictures, int channels);

/// Means over layers, weighted by the layers' weights, of which one is above 0.
DistanceMatrix mean_over_layers(const std::vector<LayerDistances>& distances,
                                const std::vector<LossLayer>& layers, std::size_t kind);

}  // namespace vggstyle

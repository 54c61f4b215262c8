#pragma once

#include <functional>
#include <string>
#include <vector>

#include "net/weights.h"
#include "tools/toy/grid/grid_study.h"

namespace vggstyle::toy {

/// All images of a grid by their styles under the first layer of a network: 64 filters of 3 x 3,
/// with bias, stride 1, zeros around the image, so a place for every pixel.
struct NetworkGrid {
  /// What black and white are to the layer. Zeros around the image are black, grey, or neither.
  enum class Input {
    kBlackZero,      ///< 0 and 255
    kBlackNegative,  ///< -127.5 and 127.5
    kPreprocessed,   ///< 0 and 255 less the network's means, as it gets pictures
  };

  struct Result {
    Input input;
    bool relu;
    GridStyles styles;
  };

  std::string weights;  ///< NetworkWeights::id
  /// By what is in the 3 x 3 patches, edges of the image included: how often each, but not where.
  Partition patches;
  std::vector<Result> results;  ///< each input without and with ReLU
};
/// "black 0", "black -1", "as preprocessed".
std::string name_of(NetworkGrid::Input input);

/// Matrices are compared by three random bilinear forms of each, which different ones do not share
/// but by chance; values within 1e-10 of the largest are one. `done` is called after each result.
NetworkGrid network_grid(Grid grid, const NetworkWeights& weights,
                         const std::function<void(const NetworkGrid::Result&)>& done);

/// Seconds that it takes, roughly.
double expected_network_seconds(Grid grid);

}  // namespace vggstyle::toy

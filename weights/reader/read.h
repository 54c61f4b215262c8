#pragma once

#include <string>
#include <vector>

#include "weights/load.h"

namespace vggstyle {

/// What a file holds.
struct ReadWeights {
  NetworkWeights weights;
  std::string layout;       ///< "Keras 1", "PyTorch" and so on
  std::string description;  ///< of its author; may be empty
  std::vector<std::string>
      types;  ///< of each layer's numbers in the file; "" for one that it lacks
};

/// What load_weights() does, in this process: a file made or damaged so as to mislead the HDF5
/// library may crash it. For vggstyle-read-weights.
ReadWeights read_weights(const std::string& path, const LoadOptions& options);

}  // namespace vggstyle

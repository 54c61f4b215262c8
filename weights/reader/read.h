#pragma once

#include <string>

#include "weights/load.h"

namespace vggstyle {

/// What load_weights() does, in this process: a file made or damaged so as to mislead the HDF5
/// library may crash it. For vggstyle-read-weights.
NetworkWeights read_weights(const std::string& path, const LoadOptions& options);

}  // namespace vggstyle

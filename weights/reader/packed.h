#pragma once

#include <string>
#include <string_view>

#include "net/weights.h"

namespace vggstyle {

/// Weights as bytes, for the pipe from vggstyle-read-weights. Both ends come from one build on one
/// machine: numbers are in memory's own layout.
std::string pack_weights(const NetworkWeights& weights);
/// The reverse. InternalError if bytes are missing, or are none that pack_weights() could have made.
NetworkWeights unpack_weights(std::string_view bytes);

}  // namespace vggstyle

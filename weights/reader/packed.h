#pragma once

#include <cstddef>
#include <functional>

#include "net/weights.h"

namespace vggstyle {

/// Takes `size` bytes.
using WriteBytes = std::function<void(const void* data, std::size_t size)>;
/// Puts the next `size` bytes at `data`, fewer at the end; returns how many.
using ReadBytes = std::function<std::size_t(void* data, std::size_t size)>;

/// Weights as bytes, for the pipe from vggstyle-read-weights. Both ends come from one build on one
/// machine: numbers are in memory's own layout. They are not collected on the way: a copy of all
/// weights costs 59 MB, and as many page faults.
void pack_weights(const NetworkWeights& weights, const WriteBytes& write);
/// The reverse. InternalError if bytes are missing, or are none that pack_weights() could have made.
NetworkWeights unpack_weights(const ReadBytes& read);

}  // namespace vggstyle

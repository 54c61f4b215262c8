#pragma once

#include <cstddef>
#include <string_view>

#include "weights/reader/packed.h"

namespace vggstyle::test {

/// unpack_weights() from bytes in memory, which end where they end.
inline NetworkWeights unpack_weights_from(std::string_view bytes) {
  return unpack_weights([&](void* to, std::size_t size) {
    const std::size_t count = bytes.copy(static_cast<char*>(to), size);
    bytes.remove_prefix(count);
    return count;
  });
}

}  // namespace vggstyle::test

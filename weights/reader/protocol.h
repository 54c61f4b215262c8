#pragma once

namespace vggstyle {

// The first byte that vggstyle-read-weights sends, and what follows.
constexpr char kReaderResult = 'R';      ///< the result
constexpr char kReaderInputError = 'E';  ///< the message of an InputError

}  // namespace vggstyle

#pragma once

namespace vggstyle {

// The first byte that vggstyle-read-weights sends, and what follows.
constexpr char kReaderResult = 'R';      ///< the result
constexpr char kReaderInputError = 'E';  ///< the message of an InputError
constexpr char kReaderNoMemory =
    'M';  ///< nothing: less memory is allowed to us than a file may need

}  // namespace vggstyle

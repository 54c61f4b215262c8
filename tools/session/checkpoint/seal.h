#pragma once

#include <string>

namespace vggstyle {

/// "12345 bytes, 1a2b3c4d": a file's length and CRC-32. InputError if it cannot be read.
std::string checksum_of_file(const std::string& path);

/// Puts a line behind the bytes of a file that says how many they are and their checksum, so that a file that
/// was cut off or changed is known before anything trusts it. HDF5 readers do not mind the line.
/// InternalError if it cannot be written; `name` is what it calls the file.
void seal(const std::string& path, const std::string& name);

enum class Seal {
  kWhole,
  kBroken,  ///< there is such a line, but not for these bytes
  kNone,    ///< another kind of file, or one that was cut off
};
/// InputError if the file cannot be read.
Seal seal_of(const std::string& path);

}  // namespace vggstyle

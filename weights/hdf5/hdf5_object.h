#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "weights/hdf5/hdf5_handle.h"

namespace vggstyle {

// What reading and writing share.

/// InputError: `object` in the file `path` is as `what` says, "is damaged".
[[noreturn]] void unreadable(const std::string& path, const std::string& object,
                             const std::string& what);
/// InternalError if not `good`: `object` could not be written into the file `path`.
void check_written(bool good, const std::string& path, const std::string& object);

/// The components of an object's path; empty ones, as around the root, are dropped.
std::vector<std::string> split_path(const std::string& path);
/// Opens an object step by step, so that no step is a link that leads out of the file or around.
/// Invalid if there is no such object.
Hdf5Handle open_object(hid_t file, const std::string& path);

/// Product of `shape`, or the largest number if that overflows.
std::size_t count_of(const std::vector<std::size_t>& shape);

}  // namespace vggstyle

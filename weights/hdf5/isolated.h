#pragma once

#include <functional>
#include <string>

namespace vggstyle {

/// Runs `action`, which reads the file `path`, in a child process, and returns what it returned. An
/// InputError that it throws is thrown here.
///
/// The HDF5 library trusts the files that it reads: a changed byte can make it read wild addresses,
/// loop, or inflate a kilobyte to a gigabyte. In a child with bounded memory (1 GiB more than
/// now) and time (two minutes of the processor) that is an InputError, "damaged", like any
/// other. `action` must touch nothing but the file and memory.
///
/// InternalError if no process can be started.
std::string run_isolated(const std::string& path, const std::function<std::string()>& action);

}  // namespace vggstyle

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "weights/load.h"
#include "weights/reader/packed.h"

namespace vggstyle {

/// Has vggstyle-read-weights (main.cpp) read the file `path`, and calls take() with what it sends for
/// `command`, "load" or "describe", while it sends. An InputError that it finds is thrown here; so is
/// an InternalError of take(), for bytes that are missing, unless the program itself failed.
///
/// The HDF5 library trusts the files that it reads: a changed byte can make it read wild addresses,
/// loop, or inflate a kilobyte to a gigabyte. In a process with bounded memory (1 GiB) and time (ten
/// seconds of the processor, and one for each 10 MB of the file) that is an InputError, "damaged", like any other. It is a program of
/// its own because a copy of this process, by fork, would hang on a lock that another thread held.
///
/// The program lies beside the running one, else where it was built. InternalError if it does not
/// start.
void run_reader(std::string_view command, const std::string& path, const LoadOptions& options,
                const std::function<void(const ReadBytes&)>& take);

/// All that is left.
std::string read_rest(const ReadBytes& read);

}  // namespace vggstyle

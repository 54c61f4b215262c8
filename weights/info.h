#pragma once

#include <string>

#include "weights/load.h"

namespace vggstyle {

/// What `vggstyle weights info` prints about a file: model, kind, preprocessing, layout, checksum,
/// description, and for each layer the kernel's shape (HWIO), its type in the file, the mean size,
/// standard deviation and range of its weights, and the range of its biases. Ends with a newline.
/// InputError as load_weights().
std::string weights_info(const std::string& path, const LoadOptions& options = {});

}  // namespace vggstyle

#pragma once

#include <string>
#include <vector>

#include "net/layers.h"

namespace vggstyle {

/// InputError, which names the file, the layer and `what` ("kernel"), if the shape in the file is another one.
void check_shape(const std::string& path, const ConvLayer& layer, const std::string& what,
                 const std::vector<std::size_t>& found, const std::vector<std::size_t>& expected);
/// InputError likewise if a number is not finite.
void check_finite(const std::string& path, const ConvLayer& layer, const std::string& what,
                  const std::vector<float>& values);
/// InputError: the file has part of a layer, but no `what`.
[[noreturn]] void refuse_incomplete(const std::string& path, const ConvLayer& layer,
                                    const std::string& what);

}  // namespace vggstyle

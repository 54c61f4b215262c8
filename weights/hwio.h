#pragma once

#include <cstddef>
#include <vector>

namespace vggstyle {

/// A 3x3 kernel from the order of Keras files, HWIO, to the network's, OIHW; and back.
std::vector<float> hwio_to_oihw(const std::vector<float>& hwio, std::size_t in, std::size_t out);
std::vector<float> oihw_to_hwio(const std::vector<float>& oihw, std::size_t in, std::size_t out);

}  // namespace vggstyle

#pragma once

#include <cstddef>
#include <functional>

#include "kernels/padding.h"
#include "kernels/tensor.h"

namespace vggstyle {

/// How a backend stores what it is given: enough to know the memory of a graph without making one,
/// and for a device that is not here.
struct StorageFacts {
  std::size_t activation_bytes;  ///< of an element of an activation or gradient
  std::size_t color_channels;    ///< float32 a position of a tensor of 3 channels takes
  int style_matrices;            ///< copies of a style layer's P, in float32
  bool copies_weighted;          ///< whether a style layer with weights holds a tensor of its own
  /// Of the packed filters from `in` to so many channels, one direction.
  std::function<double(Shape in, int out_channels, Padding)> filter_bytes;
  /// Of such a convolution while it runs, either way.
  std::function<double(Shape in, int out_channels, Padding)> workspace_bytes;
};

}  // namespace vggstyle

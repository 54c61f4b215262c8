#pragma once

namespace vggstyle {

/// How much each position of a tensor counts, row by row, in device memory that somebody else owns: a
/// weight from 0 to 1, how much of it belongs to a region; of a content 0 or more. Null: all count
/// as 1.
struct PositionWeights {
  const float* values = nullptr;
  double sum = 0;  ///< of the weights, above 0

  explicit operator bool() const { return values != nullptr; }
};

}  // namespace vggstyle

#pragma once

namespace vggstyle {

/// How much of each position of a tensor belongs to a region: a weight from 0 to 1, row by row, in device
/// memory that somebody else owns. Null: every position belongs to it.
struct PositionWeights {
  const float* values = nullptr;
  double sum = 0;  ///< of the weights, above 0

  explicit operator bool() const { return values != nullptr; }
};

}  // namespace vggstyle

#pragma once

#include <cstddef>

#include "kernels/cpu/layout.h"

namespace vggstyle::cpu {

/// The order in which the CPU keeps a style layer's P (C x C): panels of two registers' columns,
/// [C / (2 kBlock)][C][2 kBlock], so that P F walks each panel from front to back. Columns past C
/// in the last panel are zero.
class StylePanels {
 public:
  static constexpr std::size_t kWidth = 2 * kBlock;

  explicit StylePanels(std::size_t channels) : channels_(channels) {}

  std::size_t count() const { return (channels_ + kWidth - 1) / kWidth; }
  std::size_t size() const { return count() * channels_ * kWidth; }
  std::size_t index(std::size_t row, std::size_t column) const {
    return (column / kWidth * channels_ + row) * kWidth + column % kWidth;
  }

 private:
  std::size_t channels_;
};

}  // namespace vggstyle::cpu

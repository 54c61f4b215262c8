#pragma once

#include <cstddef>
#include <type_traits>

#include "kernels/cpu/layout.h"

namespace vggstyle::cpu {

/// Matrices whose columns a panel product multiplies with: C_in x C_out, kept in panels of two
/// registers' columns, [C_out / kWidth][C_in][kWidth], so that each panel is read from front to
/// back. Columns past C_out in the last panel are zero.
class Panels {
 public:
  static constexpr std::size_t kWidth = 2 * kBlock;

  Panels(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns) {}

  std::size_t count() const { return (columns_ + kWidth - 1) / kWidth; }
  std::size_t size() const { return count() * rows_ * kWidth; }
  std::size_t index(std::size_t row, std::size_t column) const {
    return (column / kWidth * rows_ + row) * kWidth + column % kWidth;
  }
  /// Where panel `p` starts.
  std::size_t start(std::size_t p) const { return p * rows_ * kWidth; }

 private:
  std::size_t rows_, columns_;
};

/// Rows of a blocked tensor that fill the registers: with 12 rows x 32 columns (AVX-512) 24 sums
/// stay in registers, and 24 fused multiply-adds cost 14 loads.
inline constexpr std::size_t kPanelRows = kBlock == 16 ? 12 : 6;

template <std::size_t Rows>
struct PanelProduct {
  Vec v[Rows][2];
};

/// `Rows` neighbouring positions, all `blocks` channel blocks, times one panel. `rows` points at
/// the first position of the first block; blocks are `block_stride` floats apart.
template <std::size_t Rows>
PanelProduct<Rows> panel_product(const float* rows, std::size_t block_stride, std::size_t blocks,
                                 const float* panel) {
  Vec acc[Rows][2] = {};  // a local array, which the compiler keeps in registers
  for (std::size_t block = 0; block < blocks; ++block, rows += block_stride) {
    for (std::size_t c = 0; c < kBlock; ++c, panel += Panels::kWidth) {
      const Vec p0 = load(panel);
      const Vec p1 = load(panel + kBlock);
      for (std::size_t r = 0; r < Rows; ++r) {
        const Vec x = splat(rows[r * kBlock + c]);
        acc[r][0] += x * p0;
        acc[r][1] += x * p1;
      }
    }
  }
  PanelProduct<Rows> product;
  for (std::size_t r = 0; r < Rows; ++r) {
    product.v[r][0] = acc[r][0];
    product.v[r][1] = acc[r][1];
  }
  return product;
}

/// Calls visit(rows constant, first row) for `count` rows, in pieces of kPanelRows, 4 and 1.
template <typename Visit>
void for_each_panel_rows(std::size_t count, Visit visit) {
  std::size_t row = 0;
  for (; row + kPanelRows <= count; row += kPanelRows) {
    visit(std::integral_constant<std::size_t, kPanelRows>{}, row);
  }
  for (; row + 4 <= count; row += 4) visit(std::integral_constant<std::size_t, 4>{}, row);
  for (; row < count; ++row) visit(std::integral_constant<std::size_t, 1>{}, row);
}

}  // namespace vggstyle::cpu

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
/// stay in registers, and 24 fused multiply-adds cost 14 loads; with 6 rows x 16 (AVX2) 12 and 8;
/// NEON has as many columns in 24 shorter registers, of 32.
inline constexpr std::size_t kPanelRows = kBlock == 16 ? 12 : 6;

/// Panels are read in pieces of at most so many channels: 16 KB (AVX-512: 32), which stay in the
/// first-level cache while all rows are multiplied with them.
inline constexpr std::size_t kPanelBlocks = 256 / kBlock;

/// `Rows` neighbouring positions, all `blocks` channel blocks, times one panel: the sums of a tile of
/// `Rows` x 2 registers start at begin(row, half) and go to end(row, half, sum), half the panel's.
/// `rows` points at the first position of the first block; blocks are `block_stride` floats apart.
///
///          panel, C_in x 2 registers      each step, one channel c:
///          +--------+--------+              p0, p1     two loads
///        c |   p0   |   p1   |              x_r        Rows broadcasts
///          +--------+--------+              s_r0 += x_r p0, s_r1 += x_r p1
///     +---+--------+--------+
///     |x_0|  s_00  |  s_01  |             AVX2: 12 sums, p0, p1 and x_r are 15 of 16 registers; 12
///     |...|        |        |             multiply-adds (6 cycles on two pipes) hide 8 loads, and 12
///     |x_5|  s_50  |  s_51  |             sums hide the latency of 4
///     +---+--------+--------+
template <std::size_t Rows, typename Begin, typename End>
inline void panel_product(const float* rows, std::size_t block_stride, std::size_t blocks,
                          const float* panel, Begin begin, End end) {
  // A local array, which the compiler keeps in registers.
  alignas(sizeof(Register)) Register sum[Rows][2][kRegisters];
  for (std::size_t r = 0; r < Rows; ++r) {
    split(begin(r, 0), sum[r][0]);
    split(begin(r, 1), sum[r][1]);
  }
  for (std::size_t block = 0; block < blocks; ++block, rows += block_stride) {
    for (std::size_t c = 0; c < kBlock; ++c, panel += Panels::kWidth) {
      alignas(sizeof(Register)) Register p[2 * kRegisters];
      for (int i = 0; i < 2 * kRegisters; ++i) p[i] = load_register(panel + i * kRegister);
      for (std::size_t r = 0; r < Rows; ++r) {
        const Register x = splat_register(rows[r * kBlock + c]);
        for (int i = 0; i < kRegisters; ++i) {
          sum[r][0][i] += x * p[i];
          sum[r][1][i] += x * p[kRegisters + i];
        }
      }
    }
  }
  for (std::size_t r = 0; r < Rows; ++r) {
    end(r, 0, join(sum[r][0]));
    end(r, 1, join(sum[r][1]));
  }
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

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "kernels/position_weights.h"
#include "kernels/tensor.h"

namespace vggstyle::cpu {

constexpr std::size_t kSymmetricTile = 64;  // channels on a side of a tile

/// product += sum over positions of (F - s)(F - s)^T, channel_sums += sum of (F - s), for the blocked
/// tensor F with C channels; `shift` s has C floats, `product` C x C (both triangles),
/// `channel_sums` C. With weights w it is the sum of w (F - s)(F - s)^T and of w (F - s): F - s is then
/// packed times sqrt(w).
///
///     channels j ->
///     +---+
///   i | 0 |            tiles of 64 x 64 channels, of which only those on and below the
///     +---+---+        diagonal are computed
///     | 1 | 2 |
///     +---+---+---+
///     | 3 | 4 | 5 |
///     +---+---+---+
///
/// Positions are cut into groups, so that layers with few tiles (64 channels: one) still fill all
/// cores. A task is one tile and one group. It packs 256 positions at a time of the tile's rows and
/// columns (F - s, two panels of 64 KB, in L2) and multiplies them in registers: 8 x 32 at a time
/// with AVX-512, 16 fused multiply-adds for 10 loads; 4 x 16 with AVX2, 8 for 6. What such a step
/// reads, 3 blocks of channels, is contiguous and stays in L1. So arithmetic bounds it.
///
/// Sums of 256 positions are float32, everything above is float64, and groups are added in order:
/// the number of tasks depends on the shape alone, so the bytes do not depend on the threads.
class SymmetricProduct {
 public:
  void add(const Tensor& f, std::span<const float> shift, const PositionWeights& weights,
           std::span<double> product, std::span<double> channel_sums);

 private:
  /// What one task leaves: a tile's sums, and for tiles on the diagonal the channel sums.
  struct Partial {
    double product[kSymmetricTile * kSymmetricTile];
    double channel_sums[kSymmetricTile];
  };
  /// `weights` has a weight for each position, or is null.
  static void run_task(const Tensor& f, std::span<const float> shift, const float* weights,
                       std::size_t row_tile, std::size_t column_tile, std::size_t begin,
                       std::size_t end, Partial& partial);

  std::vector<Partial> partials_;  // kept from call to call
};

}  // namespace vggstyle::cpu

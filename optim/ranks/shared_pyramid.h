#pragma once

#include <vector>

#include "kernels/backend.h"
#include "net/tiles/band_vectors.h"
#include "optim/preconditioner/pyramid_preconditioner.h"

namespace vggstyle {

/// PyramidPreconditioner for vectors that ranks share, with the same bytes. As long as the bands begin at even rows, each rank
/// makes its band of the next level, for which it needs two rows of its neighbours; the first level at which they do not
/// is small (1/4^k of a picture whose bands begin at multiples of 2^k) and gathered on every rank.
class SharedPyramid final : public Preconditioner {
 public:
  /// `bands` must outlive it.
  SharedPyramid(const BandVectors& bands, Backend& backend);

  void apply(const float* v, float* out) override;

 private:
  /// What a rank has of one level: its band; and the slab of which its band of the next level is made.
  struct Level {
    Shape shape;  ///< of all ranks together
    Interval band, slab;
    RowExchange to_slab;
    Buffer pixels;  ///< of the band; of the picture it is the caller's
    Buffer near;    ///< of the slab
  };
  /// The rows of level l + 1 that belong to the slab of level l.
  static Interval half(Interval slab) { return {slab.begin / 2, (slab.end + 1) / 2}; }

  static std::vector<Level> make_levels(const BandVectors& bands, Backend& backend);

  /// Makes the band of the next level of the band `pixels` of level `fine`.
  void reduce(std::size_t fine, const float* pixels);
  /// out = pixels + the rows `coarse` (half(slab), on the host) of the next level, enlarged.
  void expand(std::size_t fine, const float* coarse, const float* pixels, float* out);
  /// Rows of a level, on the host, from the bands of all ranks.
  std::vector<float> rows_of(const Level& level, const float* band,
                             const RowExchange& exchange) const;

  Backend& backend_;
  std::vector<Level> levels_;  ///< from the picture to the one that is gathered
  RowExchange to_all_;         ///< of the last level
  PyramidPreconditioner rest_;
  Buffer gathered_, solved_;
  std::vector<RowExchange> to_half_;  ///< of level l + 1, to half(slab of l)
  Buffer half_;
};

}  // namespace vggstyle

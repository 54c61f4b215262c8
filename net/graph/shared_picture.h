#pragma once

#include "kernels/backend.h"
#include "net/tiles/bands.h"

namespace vggstyle {

/// Rows of a picture in device memory: `shape` from row `top` of the picture on.
struct PictureRows {
  const float* pixels = nullptr;
  Shape shape;
  int top = 0;
};

/// What one of several ranks has in device memory of the picture that they share (net/tiles/bands.h). `plan` must
/// outlive it.
class SharedPicture {
 public:
  SharedPicture(Ranks& ranks, Backend& backend, const TilePlan& plan);

  Ranks& ranks() const { return ranks_; }
  std::size_t bytes() const {
    return slab_pixels_.bytes() + near_.bytes() + near_gradient_.bytes();
  }
  /// The slab of the picture whose bands are `band` (device memory) of each rank; calls Ranks.
  PictureRows gathered(const float* band);
  /// The slab of a picture that is all on the host.
  PictureRows uploaded(const float* picture);

  /// The rows that count in a loss of neighbouring rows: the band and, if there is one, the row below it, whose
  /// own differences are another rank's.
  PictureRows counted(const PictureRows& slab);
  /// That row alone; of no height if there is none.
  PictureRows surplus(const PictureRows& slab);
  /// Calls `add` with the rows of the band and a row on either side, where there is one, and a gradient of theirs, to
  /// which it adds: that of `band` then has it.
  void add_gradient(const PictureRows& slab, float* band,
                    const std::function<void(const PictureRows&, float*)>& add);

 private:
  PictureRows cut(const PictureRows& slab, Interval rows);

  Ranks& ranks_;
  Backend& backend_;
  const TilePlan& plan_;
  Interval slab_;
  RowExchange exchange_;
  Buffer slab_pixels_, near_, near_gradient_;  ///< near: the band and a row on either side
};

}  // namespace vggstyle

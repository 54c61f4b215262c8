#pragma once

#include <vector>

#include "kernels/backend.h"
#include "optim/preconditioner/preconditioner.h"

namespace vggstyle {

/// M = I + sum_k D_k^T D_k, where D_k makes a picture 2^k times smaller (PixelOps::reduce, k times): the multilevel
/// preconditioner of Bramble, Pasciak and Xu 1990 ("Parallel multilevel preconditioners", Mathematics
/// of Computation 55). Large forms are cheap to change by it, as they are by coarse grids: white noise
/// comes out with a spectrum that falls with frequency, like that of pictures, from some 1 + the number of levels
/// to 1. Levels end where a side would be below kLeastSide.
///
/// For pictures of 3 x height x width floats. One sweep down and one up, two thirds more than two passes.
class PyramidPreconditioner final : public Preconditioner {
 public:
  static constexpr int kLeastSide = 4;

  PyramidPreconditioner(Backend& backend, Shape picture);

  void apply(const float* v, float* out) override;

 private:
  struct Level {
    Shape shape;
    float* pixels;
  };

  Backend& backend_;
  Shape picture_;
  Buffer memory_;
  std::vector<Level> levels_;  // from fine to coarse, without the picture's own
};

}  // namespace vggstyle

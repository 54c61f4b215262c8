// d += w x; the bytes bound it.

#include "kernels/position_weights.h"

#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"

namespace vggstyle::cpu {

void add_weighted(const Tensor& x, const PositionWeights& weights, const Tensor& d) {
  const std::size_t positions = d.shape.positions();
  const std::size_t width =
      is_blocked(d.shape) ? kBlock : 1;  // channels of a position side by side
  const std::size_t rows = d.shape.elements() / width;
#pragma omp parallel for schedule(static)
  for (std::size_t row = 0; row < rows; ++row) {
    const float weight = weights.values[row % positions];
    const float* from = elements(x) + row * width;
    float* to = elements(d) + row * width;
    for (std::size_t i = 0; i < width; ++i) to[i] += weight * from[i];
  }
}

}  // namespace vggstyle::cpu

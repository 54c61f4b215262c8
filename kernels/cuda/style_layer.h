#pragma once

#include <algorithm>
#include <memory>

#include "kernels/cuda/ops.h"
#include "kernels/style_layer.h"

namespace vggstyle::cuda {

/// Memory for the pieces' sums, which all style layers use in turn.
class GramScratch {
 public:
  static constexpr std::size_t kProducts = std::size_t{1} << 20U;  // 4 MB of float32

  explicit GramScratch(GpuDevice& device) : memory_(device, (kProducts + kSums) * sizeof(float)) {}

  /// How many pieces fit at once.
  std::size_t pieces(std::size_t channels) const {
    return std::max<std::size_t>(1, std::min(kProducts / (channels * channels), kSums / channels));
  }
  float* products() const { return memory_.as<float>(); }
  float* sums() const { return memory_.as<float>() + kProducts; }

 private:
  static constexpr std::size_t kSums = std::size_t{1} << 15U;
  Buffer memory_;
};

/// `scratch` outlives the layer.
std::unique_ptr<StyleLayer> make_style_layer(const Kernels& kernels, int channels,
                                             GramScratch& scratch);

}  // namespace vggstyle::cuda

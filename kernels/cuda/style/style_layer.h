#pragma once

#include <algorithm>
#include <memory>

#include "kernels/cuda/ops.h"
#include "kernels/cuda/style/style_terms.h"
#include "kernels/style_layer.h"

namespace vggstyle::cuda {

/// Memory for the pieces' sums, which all style layers use in turn.
class GramScratch {
 public:
  static constexpr std::size_t kProducts = std::size_t{1} << 22U;  // 16 MB of float32

  explicit GramScratch(GpuDevice& device) : memory_(device, (kProducts + kSums) * sizeof(float)) {}

  /// How many pieces fit at once.
  std::size_t pieces(std::size_t channels) const {
    return std::max<std::size_t>(1, std::min(kProducts / (channels * channels), kSums / channels));
  }
  float* products() const { return memory_.as<float>(); }
  float* sums() const { return memory_.as<float>() + kProducts; }

 private:
  static constexpr std::size_t kSums = std::size_t{1} << 17U;
  Buffer memory_;
};

/// P of a style layer in memory, which StyleDerivative::p points to: C x C float32 row-major for plain
/// kernels; then once more as the fast convolution reads its filters, in the backend's precision
/// and times a power of two that keeps it within float16; then 1 / that power.
class StyleMatrix {
 public:
  __host__ __device__ StyleMatrix(const float* p, int channels)
      : p_(p), entries_(static_cast<std::size_t>(channels) * static_cast<std::size_t>(channels)) {}

  static std::size_t bytes(std::size_t channels) {
    return (2 * channels * channels + 1) * sizeof(float);
  }
  __host__ __device__ const unsigned char* packed() const {
    return reinterpret_cast<const unsigned char*>(p_ + entries_);
  }
  __host__ __device__ const float* scale() const { return p_ + 2 * entries_; }

 private:
  const float* p_;
  std::size_t entries_;
};

/// What the backend knows of a style layer besides.
class GpuStyleLayer : public StyleLayer {
 public:
  /// loss_terms(), to be done together with others.
  virtual TermsTask terms(double a, double b, double* value) = 0;
  /// A convolution may give the channel sums of the activations that it makes: cuBLAS's Gram
  /// product, unlike our own, does not read them along. Where such a convolution writes the sums of its tiles of `out`, `rows` x C float32; null if
  /// nobody needs them. accumulate(out) uses them once.
  virtual float* channel_sums(const Tensor& out, std::size_t rows) = 0;
};

/// `scratch` outlives the layer.
std::unique_ptr<StyleLayer> make_style_layer(const Kernels& kernels, Shape f, bool weighted,
                                             GramScratch& scratch);

}  // namespace vggstyle::cuda

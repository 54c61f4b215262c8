#pragma once

#include <cstddef>

#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/ops.h"

/// The symmetric products of the style statistics, in pieces of positions whose sums are added in a
/// fixed order (style_layer.cu adds them up).
namespace vggstyle::cuda {

/// Positions of one piece: few enough that a float32 sum of them is good to 1e-6 and that deep
/// layers have blocks for a whole GPU, many enough that their sums are not most of the bytes; and
/// fixed, so that a result does not depend on the GPU. On an H100, 512 took less time than 256 and
/// 1024.
constexpr std::size_t kGramPiece = 512;

/// For each piece k of `count` pieces from position `begin` on, with D = F - s:
///   products[k][i][j] = sum over the piece of D_i D_j   (i >= j at least; C x C)
///   sums[k][i]        = sum over the piece of D_i
/// F is NHWC with `stride` elements from position to position, `positions` in all.
template <typename T>
struct GramProblem {
  const T* f;
  const float* shift;
  std::size_t positions, begin, count;
  int channels, stride;
  float* products;
  float* sums;
};

/// The plain kernel (gram_plain.cu).
template <typename T, typename Rounding>
void gram_plain(GpuDevice& device, const GramProblem<T>& problem);

/// The fast kernel (gram_fast.cuh), for channels that are a multiple of 64; only entries on and
/// below the diagonal are sure to be written. 16-bit storage takes no shift: `shift` must be 0.
template <typename T>
void gram_fast(GpuDevice& device, Precision precision, const GramProblem<T>& problem);

}  // namespace vggstyle::cuda

// The loss of a style layer and its derivative, one block a row of C x C: means, g, gc, the
// differences from the target, a row of P, an entry of q, the row's loss (style_terms); P as the fast convolution reads it (pack_p);
// then the rows' losses are added.
//
// style_terms does some 15 float64 operations an entry, 4 M in all at 512 channels: the bytes
// (8 + 8 + 8 + 4 an entry) bound it, except on cards with slow float64, where it is still
// microseconds.

#include "kernels/cuda/style/style_terms.h"

#include "kernels/cuda/conv3x3/conv3x3_fast.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/device/reduction.h"
#include "kernels/cuda/style/style_layer.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;

/// Row blockIdx.x of P, its largest entry, its entry of q, and the row's loss.
__global__ void style_terms_kernel(TermsProblem t, int channels, float* p, float* q, double* losses,
                                   float* maxima) {
  struct Storage {
    BlockSum<double, kThreads> loss, q;
    float maxima[kThreads / kWarp];
  };
  auto& storage = static_shared<Storage>();
  const int i = static_cast<int>(blockIdx.x);
  const double offset_i = t.sums[i] / t.positions;  // mean - shift
  const double mean_i = static_cast<double>(t.shift[i]) + offset_i;
  const double factor = 4 / t.positions;
  double loss = 0, q_sum = 0;
  float most = 0;
  for (int j = static_cast<int>(threadIdx.x); j < channels; j += kThreads) {
    const int at = i * channels + j;
    const double offset_j = t.sums[j] / t.positions;
    const double mean_j = static_cast<double>(t.shift[j]) + offset_j;
    const double gc = t.products[at] / t.positions - offset_i * offset_j;
    const double target = t.target_gram[at];
    const double raw = gc + mean_i * mean_j - target;
    const double centered = gc - (target - t.target_mean[i] * t.target_mean[j]);
    loss += t.a * raw * raw + t.b * centered * centered;
    q_sum += t.b * centered * mean_j;
    p[at] = static_cast<float>(factor * (t.a * raw + t.b * centered));
    most = fmaxf(most, fabsf(p[at]));
  }
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    most = fmaxf(most, __shfl_xor_sync(0xFFFFFFFFU, most, offset));
  }
  if (threadIdx.x % kWarp == 0) storage.maxima[threadIdx.x / kWarp] = most;
  loss = block_sum<kThreads>(loss, storage.loss);
  q_sum = block_sum<kThreads>(q_sum, storage.q);
  if (threadIdx.x == 0) {
    losses[i] = loss;
    q[i] = static_cast<float>(factor * q_sum);
    for (int w = 1; w < kThreads / kWarp; ++w) most = fmaxf(most, storage.maxima[w]);
    maxima[i] = most;
  }
}

constexpr int kPackThreads = 512;  // at least the channels of any layer

/// P as the fast convolution reads it. Float16 holds 6e-5 to 65504 in full: P is multiplied by the
/// power of two that brings its largest entry to 2^11 or above, and 1 / that power is stored.
template <typename T, typename Rounding>
__global__ void pack_p(FilterOrder order, const float* p, const float* maxima, int channels,
                       unsigned char* packed, float* scale) {
  struct Storage {
    float maxima[kPackThreads / kWarp];
  };
  auto& storage = static_shared<Storage>();
  const int thread = static_cast<int>(threadIdx.x);
  float most = 0;
  for (int c = thread; c < channels; c += kPackThreads) most = fmaxf(most, maxima[c]);
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    most = fmaxf(most, __shfl_xor_sync(0xFFFFFFFFU, most, offset));
  }
  if (thread % kWarp == 0) storage.maxima[thread / kWarp] = most;
  __syncthreads();
  for (int w = 0; w < kPackThreads / kWarp; ++w) most = fmaxf(most, storage.maxima[w]);
  int exponent = 0;
  if (sizeof(T) == 2 && most > 0.0F && most < INFINITY) {
    frexpf(most, &exponent);
    exponent -= 12;
  }
  const int row = static_cast<int>(blockIdx.x);
  for (int c = thread; c < channels; c += kPackThreads) {
    const float value = Rounding::round(ldexpf(p[row * channels + c], -exponent));
    *reinterpret_cast<T*>(packed + packed_offset<T>(order, channels, 1, row, c, 0)) =
        from_float<T>(value);
  }
  if (row == 0 && thread == 0) *scale = ldexpf(1.0F, exponent);
}

}  // namespace

void style_terms(const Kernels& kernels, const TermsProblem& problem, int channels,
                 const TermsResult& result, double* value) {
  const auto rows = static_cast<unsigned>(channels);
  launch(kernels.device, "style_terms", style_terms_kernel, {rows, kThreads}, problem, channels,
         result.p, result.q, result.losses, result.maxima);
  if (!kernels.plain && is_fast(channels, channels)) {
    with_precision(kernels.precision, [&]<typename T, typename Rounding>(T, Rounding) {
      const StyleMatrix matrix(result.p, channels);
      launch(kernels.device, "pack_p", pack_p<T, Rounding>, {rows, kPackThreads},
             filter_order<T>(kernels.device.limits(), kernels.precision), result.p, result.maxima,
             channels, const_cast<unsigned char*>(matrix.packed()),
             const_cast<float*>(matrix.scale()));
    });
  }
  launch(kernels.device, "add_partials", add_partials<kReductionThreads>, {1, kReductionThreads},
         result.losses, static_cast<std::size_t>(channels), value);
}

}  // namespace vggstyle::cuda

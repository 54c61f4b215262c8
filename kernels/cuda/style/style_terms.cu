// The losses of style layers and their derivatives, one warp a row of a layer's C x C: means, g, gc,
// the differences from the target, a row of P, an entry of q, the row's loss (style_terms); then the
// rows' losses are added (finish_layers), and P is packed as the fast convolution reads it (pack_p).
// All layers share the launches: one by one, they are latency.
//
// style_terms does some 15 float64 operations an entry, 4 M in all at 512 channels: the bytes
// (8 + 8 + 8 + 4 an entry) bound it, except on cards with slow float64, where it is still
// microseconds.

#include "kernels/cuda/style/style_terms.h"

#include "kernels/cuda/conv3x3/conv3x3_fast.h"
#include "kernels/cuda/device/block_sum.h"
#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/style/style_layer.h"

namespace vggstyle::cuda {
namespace {

constexpr int kRows = 8;  // of a block: one a warp
constexpr int kThreads = kRows * kWarp;

/// Layers of one launch, by value; blockIdx.y is one of them.
struct Layers {
  static constexpr int kMost = 24;
  TermsTask task[kMost];
};

__device__ __forceinline__ int row_of_warp() {
  return static_cast<int>(blockIdx.x) * kRows + static_cast<int>(threadIdx.x) / kWarp;
}

__device__ __forceinline__ float warp_max(float value) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    value = fmaxf(value, __shfl_xor_sync(0xFFFFFFFFU, value, offset));
  }
  return value;
}

/// A row of P, its largest entry, its entry of q, and the row's loss.
__global__ void style_terms_kernel(const __grid_constant__ Layers layers) {
  const TermsTask& task = layers.task[blockIdx.y];
  const TermsProblem& t = task.problem;
  const int channels = task.channels;
  const int i = row_of_warp();
  if (i >= channels) return;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const double inverse = 1 / t.positions;
  const double offset_i = t.sums[i] * inverse;  // mean - shift
  const double mean_i = static_cast<double>(t.shift[i]) + offset_i;
  const double target_mean_i = t.target_mean[i];
  const double factor = 4 * inverse;
  double loss = 0, q_sum = 0;
  float most = 0;
#pragma unroll 4
  for (int j = lane; j < channels; j += kWarp) {
    const int at = i * channels + j;
    const double offset_j = t.sums[j] * inverse;
    const double mean_j = static_cast<double>(t.shift[j]) + offset_j;
    const double gc = t.products[at] * inverse - offset_i * offset_j;
    const double target = t.target_gram[at];
    const double raw = gc + mean_i * mean_j - target;
    const double centered = gc - (target - target_mean_i * t.target_mean[j]);
    loss += t.a * raw * raw + t.b * centered * centered;
    q_sum += t.b * centered * mean_j;
    const auto p = static_cast<float>(factor * (t.a * raw + t.b * centered));
    task.result.p[at] = p;
    most = fmaxf(most, fabsf(p));
  }
  loss = warp_sum(loss);
  q_sum = warp_sum(q_sum);
  most = warp_max(most);
  if (lane != 0) return;
  task.result.losses[i] = loss;
  task.result.q[i] = static_cast<float>(factor * q_sum);
  task.result.maxima[i] = most;
}

/// The loss of layer blockIdx.y, and the scale of its packed P: float16 holds 6e-5 to 65504 in full,
/// so with `to_fit` P is divided by the power of two that brings its largest entry to 2^11 or above.
__global__ void finish_layers(const __grid_constant__ Layers layers, bool to_fit) {
  struct Storage {
    BlockSum<double, kThreads> loss;
    float maxima[kRows];
  };
  auto& storage = static_shared<Storage>();
  const TermsTask& task = layers.task[blockIdx.y];
  const int thread = static_cast<int>(threadIdx.x);
  double loss = 0;
  float most = 0;
  for (int i = thread; i < task.channels; i += kThreads) {
    loss += task.result.losses[i];
    most = fmaxf(most, task.result.maxima[i]);
  }
  most = warp_max(most);
  if (thread % kWarp == 0) storage.maxima[thread / kWarp] = most;
  loss = block_sum<kThreads>(loss, storage.loss);
  if (thread != 0) return;
  *task.value = loss;
  for (int w = 1; w < kRows; ++w) most = fmaxf(most, storage.maxima[w]);
  int exponent = 0;
  if (to_fit && most > 0.0F && most < INFINITY) {
    frexpf(most, &exponent);
    exponent = exponent - 12 < -126 ? -126 : exponent - 12;  // the inverse is finite, too
  }
  *const_cast<float*>(StyleMatrix(task.result.p, task.channels).scale()) = ldexpf(1.0F, exponent);
}

/// P as the fast convolution reads it.
template <typename T, typename Rounding>
__global__ void pack_p(FilterOrder order, const __grid_constant__ Layers layers) {
  const TermsTask& task = layers.task[blockIdx.y];
  const int channels = task.channels;
  const int row = row_of_warp();
  if (row >= channels) return;
  const StyleMatrix matrix(task.result.p, channels);
  const float inverse = 1 / *matrix.scale();  // a power of two: exact
  auto* packed = const_cast<unsigned char*>(matrix.packed());
#pragma unroll 4
  for (int c = static_cast<int>(threadIdx.x) % kWarp; c < channels; c += kWarp) {
    const float value = Rounding::round(task.result.p[row * channels + c] * inverse);
    *reinterpret_cast<T*>(packed + packed_offset<T>(order, channels, 1, row, c, 0)) =
        from_float<T>(value);
  }
}

/// A grid for `count` layers of which the largest has `channels`.
LaunchShape grid(int channels, int count) {
  return {dim3(ceil_div(static_cast<std::size_t>(channels), kRows), static_cast<unsigned>(count)),
          kThreads};
}

void run(const Kernels& kernels, std::span<const TermsTask> tasks, bool formed) {
  Layers all{}, packed{};
  int count = 0, most = 0, packed_count = 0, packed_most = 0;
  for (const TermsTask& task : tasks) {
    all.task[count++] = task;
    most = std::max(most, task.channels);
    if (kernels.plain || !is_fast(task.channels, task.channels)) continue;
    packed.task[packed_count++] = task;
    packed_most = std::max(packed_most, task.channels);
  }
  if (!formed) launch(kernels.device, "style_terms", style_terms_kernel, grid(most, count), all);
  launch(kernels.device, "finish_layers", finish_layers,
         {dim3(1, static_cast<unsigned>(count)), kThreads}, all,
         element_bytes(kernels.precision, most) == 2);
  if (packed_count == 0) return;
  with_precision(kernels.precision, [&]<typename T, typename Rounding>(T, Rounding) {
    launch(kernels.device, "pack_p", pack_p<T, Rounding>, grid(packed_most, packed_count),
           filter_order<T>(kernels.device.limits(), kernels.precision), packed);
  });
}

void run_all(const Kernels& kernels, std::span<const TermsTask> layers, bool formed) {
  for (std::size_t first = 0; first < layers.size(); first += Layers::kMost) {
    run(kernels, layers.subspan(first, std::min<std::size_t>(Layers::kMost, layers.size() - first)),
        formed);
  }
}

}  // namespace

void style_terms(const Kernels& kernels, std::span<const TermsTask> layers) {
  run_all(kernels, layers, false);
}

void finish_style_terms(const Kernels& kernels, std::span<const TermsTask> layers) {
  run_all(kernels, layers, true);
}

}  // namespace vggstyle::cuda

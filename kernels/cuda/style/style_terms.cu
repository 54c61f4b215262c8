// The losses of style layers and their derivatives, one block a row of a layer's C x C: means, g, gc,
// the differences from the target, a row of P, an entry of q, the row's loss (style_terms); P as the
// fast convolution reads it (pack_p); then the rows' losses are added (add_losses). All layers share
// the launches: one by one, they are latency.
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

constexpr int kThreads = 256;

/// Layers of one launch, by value. Their rows follow each other in the grid.
struct Layers {
  static constexpr int kMost = 24;
  TermsTask task[kMost];
  int first_row[kMost];
  int count;
};

__device__ __forceinline__ int layer_of_row(const Layers& layers, int row) {
  int layer = 0;
  while (layer + 1 < layers.count && row >= layers.first_row[layer + 1]) ++layer;
  return layer;
}

/// A row of P, its largest entry, its entry of q, and the row's loss.
__global__ void style_terms_kernel(const __grid_constant__ Layers layers) {
  struct Storage {
    BlockSum<double, kThreads> loss, q;
    float maxima[kThreads / kWarp];
  };
  auto& storage = static_shared<Storage>();
  const int layer = layer_of_row(layers, static_cast<int>(blockIdx.x));
  const TermsProblem& t = layers.task[layer].problem;
  const TermsResult& to = layers.task[layer].result;
  const int channels = layers.task[layer].channels;
  const int i = static_cast<int>(blockIdx.x) - layers.first_row[layer];
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
    const auto p = static_cast<float>(factor * (t.a * raw + t.b * centered));
    to.p[at] = p;
    most = fmaxf(most, fabsf(p));
  }
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    most = fmaxf(most, __shfl_xor_sync(0xFFFFFFFFU, most, offset));
  }
  if (threadIdx.x % kWarp == 0) storage.maxima[threadIdx.x / kWarp] = most;
  loss = block_sum<kThreads>(loss, storage.loss);
  q_sum = block_sum<kThreads>(q_sum, storage.q);
  if (threadIdx.x == 0) {
    to.losses[i] = loss;
    to.q[i] = static_cast<float>(factor * q_sum);
    for (int w = 1; w < kThreads / kWarp; ++w) most = fmaxf(most, storage.maxima[w]);
    to.maxima[i] = most;
  }
}

/// The loss of layer blockIdx.x.
__global__ void add_losses(const __grid_constant__ Layers layers) {
  auto& storage = static_shared<BlockSum<double, kThreads>>();
  const TermsTask& task = layers.task[blockIdx.x];
  double sum = 0;
  for (int i = static_cast<int>(threadIdx.x); i < task.channels; i += kThreads) {
    sum += task.result.losses[i];
  }
  sum = block_sum<kThreads>(sum, storage);
  if (threadIdx.x == 0) *task.value = sum;
}

constexpr int kPackThreads = 512;  // at least the channels of any layer

/// P as the fast convolution reads it. Float16 holds 6e-5 to 65504 in full: P is multiplied by the
/// power of two that brings its largest entry to 2^11 or above, and 1 / that power is stored.
template <typename T, typename Rounding>
__global__ void pack_p(FilterOrder order, const __grid_constant__ Layers layers) {
  struct Storage {
    float maxima[kPackThreads / kWarp];
  };
  auto& storage = static_shared<Storage>();
  const int layer = layer_of_row(layers, static_cast<int>(blockIdx.x));
  const TermsTask& task = layers.task[layer];
  const int channels = task.channels;
  const int row = static_cast<int>(blockIdx.x) - layers.first_row[layer];
  const StyleMatrix matrix(task.result.p, channels);
  auto* packed = const_cast<unsigned char*>(matrix.packed());
  const int thread = static_cast<int>(threadIdx.x);
  float most = 0;
  for (int c = thread; c < channels; c += kPackThreads) most = fmaxf(most, task.result.maxima[c]);
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
  for (int c = thread; c < channels; c += kPackThreads) {
    const float value = Rounding::round(ldexpf(task.result.p[row * channels + c], -exponent));
    *reinterpret_cast<T*>(packed + packed_offset<T>(order, channels, 1, row, c, 0)) =
        from_float<T>(value);
  }
  if (row == 0 && thread == 0) *const_cast<float*>(matrix.scale()) = ldexpf(1.0F, exponent);
}

/// Returns the rows of all of them.
int append(Layers& layers, const TermsTask& task, int rows) {
  layers.task[layers.count] = task;
  layers.first_row[layers.count] = rows;
  ++layers.count;
  return rows + task.channels;
}

void run(const Kernels& kernels, std::span<const TermsTask> tasks) {
  Layers all{}, packed{};
  int rows = 0, packed_rows = 0;
  for (const TermsTask& task : tasks) {
    rows = append(all, task, rows);
    if (!kernels.plain && is_fast(task.channels, task.channels)) {
      packed_rows = append(packed, task, packed_rows);
    }
  }
  launch(kernels.device, "style_terms", style_terms_kernel, {static_cast<unsigned>(rows), kThreads},
         all);
  if (packed.count > 0) {
    with_precision(kernels.precision, [&]<typename T, typename Rounding>(T, Rounding) {
      launch(kernels.device, "pack_p", pack_p<T, Rounding>,
             {static_cast<unsigned>(packed_rows), kPackThreads},
             filter_order<T>(kernels.device.limits(), kernels.precision), packed);
    });
  }
  launch(kernels.device, "add_losses", add_losses, {static_cast<unsigned>(all.count), kThreads},
         all);
}

}  // namespace

void style_terms(const Kernels& kernels, std::span<const TermsTask> layers) {
  for (std::size_t first = 0; first < layers.size(); first += Layers::kMost) {
    run(kernels,
        layers.subspan(first, std::min<std::size_t>(Layers::kMost, layers.size() - first)));
  }
}

}  // namespace vggstyle::cuda

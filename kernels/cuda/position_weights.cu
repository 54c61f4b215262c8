// Positions with weights: what a region takes of a layer, and what it adds to a gradient. One thread
// an element of NHWC, padding included, which is 0 and stays so; the bytes bound both.

#include "kernels/position_weights.h"

#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/ops.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;

template <typename T>
__global__ void add_weighted_positions(const T* x, const float* weights, std::size_t count,
                                       int stride, T* d) {
  const std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x;
  if (i >= count) return;
  const float weight = weights[i / static_cast<std::size_t>(stride)];
  d[i] = from_float<T>(to_float(d[i]) + weight * to_float(x[i]));
}

template <typename T>
__global__ void weigh_positions(const T* f, const float* shift, const float* weights,
                                std::size_t count, int channels, int stride, T* d) {
  const std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x;
  if (i >= count) return;
  const std::size_t position = i / static_cast<std::size_t>(stride);
  const auto c = static_cast<int>(i % static_cast<std::size_t>(stride));
  float value = 0;
  if (c < channels) value = sqrtf(weights[position]) * (to_float(f[i]) - shift[c]);
  d[i] = from_float<T>(value);
}

}  // namespace

void add_weighted(const Kernels& kernels, const Tensor& x, const PositionWeights& weights,
                  const Tensor& d) {
  const std::size_t count = stored_elements(d.shape);
  with_storage(kernels.precision, d.shape.channels, [&]<typename T>(T) {
    launch(kernels.device, "add_weighted_positions", add_weighted_positions<T>,
           {ceil_div(count, kThreads), kThreads}, elements<const T>(x), weights.values, count,
           position_stride(d.shape.channels), elements<T>(d));
  });
}

void weigh(const Kernels& kernels, const Tensor& f, const float* shift,
           const PositionWeights& weights, const Tensor& d) {
  const std::size_t count = stored_elements(f.shape);
  with_storage(kernels.precision, f.shape.channels, [&]<typename T>(T) {
    launch(kernels.device, "weigh_positions", weigh_positions<T>,
           {ceil_div(count, kThreads), kThreads}, elements<const T>(f), shift, weights.values,
           count, f.shape.channels, position_stride(f.shape.channels), elements<T>(d));
  });
}

}  // namespace vggstyle::cuda

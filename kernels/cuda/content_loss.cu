// Sums over a layer for the content loss: one pass over what is read, which the bytes bound. The
// variation is needed once a run, so that its channel means may be read badly: a block a channel.

#include "kernels/content_loss.h"

#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/device/reduction.h"
#include "kernels/cuda/ops.h"

namespace vggstyle::cuda {
namespace {

constexpr std::size_t kMostChannels = 512;

/// Of a position, or of each of `stride` elements that it has.
struct Weight {
  const float* values;  // null: 1
  std::size_t stride = 1;

  __device__ double operator()(std::size_t i) const {
    return values == nullptr ? 1.0 : static_cast<double>(values[i / stride]);
  }
};

template <typename T>
struct SquaredDifference {
  const T* f;
  const T* target;
  Weight weight;

  __device__ double operator()(std::size_t i) const {
    const float difference = to_float(f[i]) - to_float(target[i]);
    return weight(i) * (static_cast<double>(difference) * static_cast<double>(difference));
  }
};

/// Of element i of an NHWC tensor, padding left out.
template <typename T>
struct SquaredDeviation {
  const T* f;
  const double* means;
  int channels, stride;
  Weight weight;

  __device__ double operator()(std::size_t i) const {
    const auto channel = static_cast<int>(i % static_cast<std::size_t>(stride));
    if (channel >= channels) return 0;
    const double difference = static_cast<double>(to_float(f[i])) - means[channel];
    return weight(i) * (difference * difference);
  }
};

/// means[c] for block c; `total` is the sum of the weights.
template <typename T>
__global__ void channel_means(const T* f, std::size_t positions, int stride, Weight weight,
                              double total, double* means) {
  auto& storage = static_shared<BlockSum<double, kReductionThreads>>();
  double sum = 0;
  for (std::size_t m = threadIdx.x; m < positions; m += kReductionThreads) {
    sum += weight(m) *
           static_cast<double>(to_float(f[m * static_cast<std::size_t>(stride) + blockIdx.x]));
  }
  sum = block_sum<kReductionThreads>(sum, storage);
  if (threadIdx.x == 0) means[blockIdx.x] = sum / total;
}

class CudaContentLoss final : public ContentLoss {
 public:
  explicit CudaContentLoss(const Kernels& kernels)
      : kernels_(kernels),
        reduction_(kernels.device),
        means_(kernels.device, kMostChannels * sizeof(double)) {}

  void squared_distance(const Tensor& f, const Tensor& target, const PositionWeights& weights,
                        double* value) override {
    const auto stride = static_cast<std::size_t>(position_stride(f.shape.channels));
    with_storage(kernels_.precision, f.shape.channels, [&]<typename T>(T) {
      reduction_.sum("content_loss", stored_elements(f.shape),
                     SquaredDifference<T>{
                         elements<const T>(f), elements<const T>(target), {weights.values, stride}},
                     value);
    });
  }

  void variation(const Tensor& f, const PositionWeights& weights, double* value) override {
    const int channels = f.shape.channels, stride = position_stride(channels);
    const std::size_t positions = f.shape.positions();
    const double total = weights ? weights.sum : static_cast<double>(positions);
    with_storage(kernels_.precision, f.shape.channels, [&]<typename T>(T) {
      launch(kernels_.device, "channel_means", channel_means<T>,
             {static_cast<unsigned>(channels), kReductionThreads}, elements<const T>(f), positions,
             stride, Weight{weights.values}, total, means_.as<double>());
      reduction_.sum("variation", stored_elements(f.shape),
                     SquaredDeviation<T>{elements<const T>(f),
                                         means_.as<double>(),
                                         channels,
                                         stride,
                                         {weights.values, static_cast<std::size_t>(stride)}},
                     value);
    });
  }

 private:
  Kernels kernels_;
  Reduction reduction_;
  Buffer means_;
};

}  // namespace

std::unique_ptr<ContentLoss> make_content_loss(const Kernels& kernels) {
  return std::make_unique<CudaContentLoss>(kernels);
}

}  // namespace vggstyle::cuda

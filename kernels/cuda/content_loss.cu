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

template <typename T>
struct SquaredDifference {
  const T* f;
  const T* target;

  __device__ double operator()(std::size_t i) const {
    const float difference = to_float(f[i]) - to_float(target[i]);
    return static_cast<double>(difference) * static_cast<double>(difference);
  }
};

/// Of element i of an NHWC tensor, padding left out.
template <typename T>
struct SquaredDeviation {
  const T* f;
  const double* means;
  int channels, stride;

  __device__ double operator()(std::size_t i) const {
    const auto channel = static_cast<int>(i % static_cast<std::size_t>(stride));
    if (channel >= channels) return 0;
    const double difference = static_cast<double>(to_float(f[i])) - means[channel];
    return difference * difference;
  }
};

/// means[c] for block c.
template <typename T>
__global__ void channel_means(const T* f, std::size_t positions, int stride, double* means) {
  auto& storage = static_shared<BlockSum<double, kReductionThreads>>();
  double sum = 0;
  for (std::size_t m = threadIdx.x; m < positions; m += kReductionThreads) {
    sum += static_cast<double>(to_float(f[m * static_cast<std::size_t>(stride) + blockIdx.x]));
  }
  sum = block_sum<kReductionThreads>(sum, storage);
  if (threadIdx.x == 0) means[blockIdx.x] = sum / static_cast<double>(positions);
}

class CudaContentLoss final : public ContentLoss {
 public:
  explicit CudaContentLoss(const Kernels& kernels)
      : kernels_(kernels),
        reduction_(kernels.device),
        means_(kernels.device, kMostChannels * sizeof(double)) {}

  void squared_distance(const Tensor& f, const Tensor& target, double* value) override {
    with_storage(kernels_.precision, f.shape.channels, [&]<typename T>(T) {
      reduction_.sum("content_loss", stored_elements(f.shape),
                     SquaredDifference<T>{elements<const T>(f), elements<const T>(target)}, value);
    });
  }

  void variation(const Tensor& f, double* value) override {
    const int channels = f.shape.channels, stride = position_stride(channels);
    with_storage(kernels_.precision, f.shape.channels, [&]<typename T>(T) {
      launch(kernels_.device, "channel_means", channel_means<T>,
             {static_cast<unsigned>(channels), kReductionThreads}, elements<const T>(f),
             f.shape.positions(), stride, means_.as<double>());
      reduction_.sum(
          "variation", stored_elements(f.shape),
          SquaredDeviation<T>{elements<const T>(f), means_.as<double>(), channels, stride}, value);
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

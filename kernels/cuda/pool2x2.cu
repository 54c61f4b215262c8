// 2x2 pooling with stride 2, forward and backward.
//
// One thread computes one pooled element (forward) or one input element (backward; fast: four
// channels of one, so that four share the index arithmetic, which bound it). Channels lie side by
// side, so a warp reads and writes whole lines. No arithmetic to speak of: the bytes bound it, 4 +
// 1 elements and a winner code an output. The maximum remembers its winner in one byte, 0..3
// row-major, the first of equals. Forward, the fast convolution pools by itself (conv3x3_fast.cuh).

#include "kernels/pool2x2.h"

#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/ops.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;

/// Position and channel of the thread, of a tensor that is `width` wide; of a grid by rows(). Some
/// threads have no place: x >= width.
struct Place {
  int y, x, c;
  std::size_t at;

  // One division of 32 bits: with 64 bits and three of them, they would bound the kernel.
  __device__ Place(int width, int channels) {
    const unsigned in_row = blockIdx.x * static_cast<unsigned>(kThreads) + threadIdx.x;
    c = static_cast<int>(in_row % static_cast<unsigned>(channels));
    x = static_cast<int>(in_row / static_cast<unsigned>(channels));
    y = static_cast<int>(blockIdx.y);
    at = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) *
             static_cast<std::size_t>(channels) +
         in_row;
  }
};

LaunchShape rows(Shape shape, int channels) {
  const std::size_t in_row =
      static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(channels);
  return {dim3(ceil_div(in_row, kThreads), static_cast<unsigned>(shape.height)), kThreads};
}

__device__ __forceinline__ std::size_t offset(Extent extent, int y, int x, int channels, int c) {
  const std::size_t position =
      static_cast<std::size_t>(y) * static_cast<std::size_t>(extent.width) +
      static_cast<std::size_t>(x);
  return position * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c);
}

template <typename T>
__global__ void max_pool(Extent in_extent, Extent out_extent, int channels, const T* in, T* out,
                         std::uint8_t* winners) {
  const Place p(out_extent.width, channels);
  if (p.x >= out_extent.width) return;
  T best{};
  float most = 0;
  std::uint8_t winner = 0;
  for (int k = 0; k < 4; ++k) {
    const T value = in[offset(in_extent, 2 * p.y + k / 2, 2 * p.x + k % 2, channels, p.c)];
    if (k == 0 || to_float(value) > most) {
      best = value;
      most = to_float(value);
      winner = static_cast<std::uint8_t>(k);
    }
  }
  out[p.at] = best;
  winners[p.at] = winner;
}

template <typename T>
__global__ void average_pool(Extent in_extent, Extent out_extent, int channels, const T* in,
                             T* out) {
  const Place p(out_extent.width, channels);
  if (p.x >= out_extent.width) return;
  float sum = 0;
  for (int k = 0; k < 4; ++k) {
    sum += to_float(in[offset(in_extent, 2 * p.y + k / 2, 2 * p.x + k % 2, channels, p.c)]);
  }
  out[p.at] = from_float<T>(0.25F * sum);
}

/// The root of the mean of the squares in the window of pooled position (y, x).
template <typename T>
__device__ __forceinline__ float root_of_squares(Extent in_extent, int y, int x, int channels,
                                                 int c, const T* in) {
  float sum = 0;
  for (int k = 0; k < 4; ++k) {
    const float value = to_float(in[offset(in_extent, 2 * y + k / 2, 2 * x + k % 2, channels, c)]);
    sum += value * value;
  }
  return sqrtf(0.25F * sum);
}

template <typename T>
__global__ void l2_pool(Extent in_extent, Extent out_extent, int channels, const T* in, T* out) {
  const Place p(out_extent.width, channels);
  if (p.x >= out_extent.width) return;
  out[p.at] = from_float<T>(root_of_squares(in_extent, p.y, p.x, channels, p.c, in));
}

/// d_in = the share of d_out that each element gets. Plain and fast: nobody times it.
template <typename T>
__global__ void l2_pool_bprop(Extent in_extent, Extent out_extent, int channels, const T* d_out,
                              const T* in, T* d_in) {
  const Place p(in_extent.width, channels);
  if (p.x >= in_extent.width) return;
  const int y = p.y / 2, x = p.x / 2;
  float g = 0;
  if (y < out_extent.height && x < out_extent.width) {
    const float root = root_of_squares(in_extent, y, x, channels, p.c, in);
    const float d = to_float(d_out[offset(out_extent, y, x, channels, p.c)]);
    g = 0.25F * d / (root > kLeastRoot ? root : kLeastRoot) * to_float(in[p.at]);
  }
  d_in[p.at] = from_float<T>(g);
}

/// d_in = the share of d_out that each element gets; `winners` null is the average.
template <typename T>
__global__ void pool_bprop(Extent in_extent, Extent out_extent, int channels, const T* d_out,
                           const std::uint8_t* winners, T* d_in) {
  const Place p(in_extent.width, channels);
  if (p.x >= in_extent.width) return;
  float g = 0;
  if (p.y / 2 < out_extent.height && p.x / 2 < out_extent.width) {
    const std::size_t from = offset(out_extent, p.y / 2, p.x / 2, channels, p.c);
    if (winners == nullptr) {
      g = 0.25F * to_float(d_out[from]);
    } else if (winners[from] == 2 * (p.y % 2) + p.x % 2) {
      g = to_float(d_out[from]);
    }
  }
  d_in[p.at] = from_float<T>(g);
}

/// The same, four channels a thread.
template <typename T>
__global__ void pool_bprop_fast(Extent in_extent, Extent out_extent, int channels, const T* d_out,
                                const std::uint8_t* winners, T* d_in) {
  const Place p(in_extent.width, channels / 4);  // its channel is a group of four
  if (p.x >= in_extent.width) return;
  float g[4] = {};
  if (p.y / 2 < out_extent.height && p.x / 2 < out_extent.width) {
    const std::size_t from = offset(out_extent, p.y / 2, p.x / 2, channels, 4 * p.c);
    load_four(d_out + from, g);
    std::uint32_t codes = 0;
    if (winners != nullptr) codes = *reinterpret_cast<const std::uint32_t*>(winners + from);
    const auto mine = static_cast<std::uint32_t>(2 * (p.y % 2) + p.x % 2);
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      const bool won = (codes >> (8 * k) & 0xFFU) == mine;
      g[k] = winners == nullptr ? 0.25F * g[k] : won ? g[k] : 0.0F;
    }
  }
  store_four(d_in + 4 * p.at, g);
}

Extent extent(const Tensor& tensor) {
  return {tensor.shape.height, tensor.shape.width};
}

class CudaPool2x2 final : public Pool2x2 {
 public:
  explicit CudaPool2x2(const Kernels& kernels) : kernels_(kernels) {}

  std::size_t winner_bytes(Shape pooled) const override { return pooled.elements(); }

  void fprop(Pooling kind, const Tensor& in, const Tensor& out, std::uint8_t* winners) override {
    with_precision(kernels_.precision, [&]<typename T>(T, auto) {
      const LaunchShape shape = rows(out.shape, out.shape.channels);
      if (kind == Pooling::kMax) {
        launch(kernels_.device, "max_pool", max_pool<T>, shape, extent(in), extent(out),
               in.shape.channels, elements<const T>(in), elements<T>(out), winners);
      } else {
        const bool l2 = kind == Pooling::kL2;
        launch(kernels_.device, l2 ? "l2_pool" : "average_pool", l2 ? l2_pool<T> : average_pool<T>,
               shape, extent(in), extent(out), in.shape.channels, elements<const T>(in),
               elements<T>(out));
      }
    });
  }

  void bprop(Pooling kind, const Tensor& d_out, const Tensor& in, const std::uint8_t* winners,
             const GradientTerms* terms, const Tensor& d_in) override {
    with_precision(kernels_.precision, [&]<typename T>(T, auto) {
      if (kind == Pooling::kL2) {
        launch(kernels_.device, "l2_pool_bprop", l2_pool_bprop<T>,
               rows(d_in.shape, d_in.shape.channels), extent(d_in), extent(d_out),
               d_in.shape.channels, elements<const T>(d_out), elements<const T>(in),
               elements<T>(d_in));
        return;
      }
      const int groups = d_in.shape.channels / (kernels_.plain ? 1 : 4);
      launch(kernels_.device, "pool_bprop", kernels_.plain ? pool_bprop<T> : pool_bprop_fast<T>,
             rows(d_in.shape, groups), extent(d_in), extent(d_out), d_in.shape.channels,
             elements<const T>(d_out), kind == Pooling::kMax ? winners : nullptr,
             elements<T>(d_in));
    });
    if (terms != nullptr) gradient_terms(kernels_, *terms, true, d_in);
  }

 private:
  Kernels kernels_;
};

}  // namespace

std::unique_ptr<Pool2x2> make_pool2x2(const Kernels& kernels) {
  return std::make_unique<CudaPool2x2>(kernels);
}

}  // namespace vggstyle::cuda

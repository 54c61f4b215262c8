// The pixels: preprocessing and its adjoint, total variation and its gradient.
//
// Pixels are planar (what the optimiser sees), the network's input is NHWC with three channels
// padded to four, in float32 whatever the precision. One thread takes one position or one pixel;
// the bytes bound all four kernels, and at 3 channels they are few.

#include "kernels/pixel_ops.h"

#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/device/reduction.h"
#include "kernels/cuda/ops.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;

__device__ __forceinline__ std::size_t thread_index() {
  return blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x;
}

/// ChannelMaps, by value in a kernel's parameters.
struct Maps {
  ChannelMap map[kColors];

  explicit Maps(const ChannelMaps& maps) : map{maps[0], maps[1], maps[2]} {}
};

__global__ void preprocess_kernel(Maps maps, const float* pixels, std::size_t positions,
                                  float* out) {
  const std::size_t m = thread_index();
  if (m >= positions) return;
  float v[kColors];
#pragma unroll
  for (int c = 0; c < kColors; ++c) {
    const ChannelMap& map = maps.map[c];
    v[c] = (pixels[static_cast<std::size_t>(map.source) * positions + m] - map.mean) * map.scale;
  }
  store16f(out + m * kPaddedColors, make_float4(v[0], v[1], v[2], 0.0F));
}

__global__ void preprocess_bprop_kernel(Maps maps, const float* d_out, std::size_t positions,
                                        bool accumulate, float* gradient) {
  const std::size_t m = thread_index();
  if (m >= positions) return;
  const float4 d = load16f(d_out + m * kPaddedColors);
  const float v[kColors] = {d.x, d.y, d.z};
#pragma unroll
  for (int c = 0; c < kColors; ++c) {
    float* to = gradient + static_cast<std::size_t>(maps.map[c].source) * positions + m;
    *to = (accumulate ? *to : 0.0F) + v[c] * maps.map[c].scale;
  }
}

/// The term of pixel i: its differences to its right and to its lower neighbour.
template <TotalVariation kind>
struct Variation {
  const float* pixels;
  Extent extent;
  bool wraps;

  __device__ static double term(float a, float b) {
    const double d = static_cast<double>(a) - static_cast<double>(b);
    return kind == TotalVariation::kAbsolute ? fabs(d) : d * d;  // isotropic: root of the sum
  }
  __device__ double operator()(std::size_t i) const {
    const auto width = static_cast<std::size_t>(extent.width);
    const auto height = static_cast<std::size_t>(extent.height);
    const std::size_t x = i % width, y = i / width % height;
    const bool last_x = x + 1 == width, last_y = y + 1 == height;
    double sum = 0;
    if (wraps || !last_x) sum += term(pixels[last_x ? i - x : i + 1], pixels[i]);
    if (wraps || !last_y) sum += term(pixels[last_y ? i - y * width : i + width], pixels[i]);
    return kind == TotalVariation::kIsotropic ? sqrt(sum + kIsotropicEpsilon) : sum;
  }
};

template <TotalVariation kind>
__device__ __forceinline__ float derivative(float d) {
  if (kind == TotalVariation::kSquared) return 2.0F * d;
  return static_cast<float>(d > 0.0F) - static_cast<float>(d < 0.0F);
}

template <TotalVariation kind>
__global__ void variation_bprop(const float* pixels, Extent extent, bool wraps, float factor,
                                float* gradient) {
  const std::size_t i = thread_index();
  const auto width = static_cast<std::size_t>(extent.width);
  const auto height = static_cast<std::size_t>(extent.height);
  if (i >= kColors * extent.positions()) return;
  const std::size_t x = i % width, y = i / width % height;
  const float p = pixels[i];
  const bool last_x = x + 1 == width, last_y = y + 1 == height;
  const std::size_t plane = (height - 1) * width;  // from the first row to the last
  float sum = 0;
  if (wraps || x > 0) sum += derivative<kind>(p - pixels[x > 0 ? i - 1 : i + width - 1]);
  if (wraps || !last_x) sum -= derivative<kind>(pixels[last_x ? i - x : i + 1] - p);
  if (wraps || y > 0) sum += derivative<kind>(p - pixels[y > 0 ? i - width : i + plane]);
  if (wraps || !last_y) sum -= derivative<kind>(pixels[last_y ? i - plane : i + width] - p);
  gradient[i] += factor * sum;
}

/// dx and dy of the isotropic variation at pixel i, each divided by their root.
struct IsotropicSlope {
  float right, below;

  __device__ IsotropicSlope(const float* pixels, const Extent& extent, bool wraps, std::size_t i) {
    const auto width = static_cast<std::size_t>(extent.width);
    const auto height = static_cast<std::size_t>(extent.height);
    const std::size_t x = i % width, y = i / width % height;
    // A pixel without a neighbour is its own: the difference is 0.
    const std::size_t beside = x + 1 < width ? i + 1 : wraps ? i - x : i;
    const std::size_t under = y + 1 < height ? i + width : wraps ? i - y * width : i;
    const float dx = pixels[beside] - pixels[i], dy = pixels[under] - pixels[i];
    const float root = sqrtf(dx * dx + dy * dy + static_cast<float>(kIsotropicEpsilon));
    right = dx / root;
    below = dy / root;
  }
};

__global__ void isotropic_bprop(const float* pixels, Extent extent, bool wraps, float factor,
                                float* gradient) {
  const std::size_t i = thread_index();
  const auto width = static_cast<std::size_t>(extent.width);
  const auto height = static_cast<std::size_t>(extent.height);
  if (i >= kColors * extent.positions()) return;
  const std::size_t x = i % width, y = i / width % height;
  const auto slope = [&](std::size_t at) { return IsotropicSlope(pixels, extent, wraps, at); };
  const IsotropicSlope own = slope(i);
  float sum = -(own.right + own.below);
  if (wraps || x > 0) sum += slope(x > 0 ? i - 1 : i + width - 1).right;
  if (wraps || y > 0) sum += slope(y > 0 ? i - width : i + (height - 1) * width).below;
  gradient[i] += factor * sum;
}

/// `i`, or as far inside from the other border.
__device__ __forceinline__ int wrapped(int i, int side) {
  return i < 0 ? i + side : i < side ? i : i - side;
}

__global__ void copy_rectangle_kernel(const float* from, Extent from_extent, PixelRectangle part,
                                      float* to, Extent to_extent, int top, int left) {
  const std::size_t i = thread_index();
  const auto width = static_cast<std::size_t>(part.width);
  const auto height = static_cast<std::size_t>(part.height);
  if (i >= kColors * height * width) return;
  const int x = static_cast<int>(i % width), y = static_cast<int>(i / width % height);
  const std::size_t c = i / (width * height);
  const int from_y = wrapped(part.top + y, from_extent.height);
  const int from_x = wrapped(part.left + x, from_extent.width);
  const auto place = [c](const Extent& extent, int row, int column) {
    return c * extent.positions() +
           static_cast<std::size_t>(row) * static_cast<std::size_t>(extent.width) +
           static_cast<std::size_t>(column);
  };
  to[place(to_extent, top + y, left + x)] = from[place(from_extent, from_y, from_x)];
}

/// (1, 3, 3, 1) / 8.
__device__ __forceinline__ float tap(int a) {
  return a == 1 || a == 2 ? 0.375F : 0.125F;
}

/// Where a thread is in planes of this width and height.
struct Place {
  int x, y;
  std::size_t plane;

  __device__ Place(std::size_t n, int width, int height)
      : x(static_cast<int>(n % static_cast<std::size_t>(width))),
        y(static_cast<int>(n / static_cast<std::size_t>(width) % static_cast<std::size_t>(height))),
        plane(n / (static_cast<std::size_t>(width) * static_cast<std::size_t>(height))) {}
};

/// One thread an average. The 16 pixels of neighbours overlap: the first-level cache has them.
__global__ void reduce_kernel(const float* fine, Extent extent, Extent of_coarse, float* coarse) {
  const std::size_t n = thread_index();
  if (n >= kColors * of_coarse.positions()) return;
  const Place to(n, of_coarse.width, of_coarse.height);
  const float* plane = fine + to.plane * extent.positions();
  float sum = 0;
  for (int a = 0; a < 4; ++a) {
    const int y = 2 * to.y - 1 + a;
    if (y < 0 || y >= extent.height) continue;
    const float* row = plane + static_cast<std::size_t>(y) * static_cast<std::size_t>(extent.width);
    float of_row = 0;
    for (int b = 0; b < 4; ++b) {
      const int x = 2 * to.x - 1 + b;
      if (x >= 0 && x < extent.width) of_row += tap(b) * row[x];
    }
    sum += tap(a) * of_row;
  }
  coarse[n] = 2.0F * sum;
}

/// One thread a pixel, which is part of up to two by two averages: of its own place, and of the next one on
/// the side where it lies.
__global__ void expand_add_kernel(const float* coarse, Extent of_coarse, Extent extent,
                                  float* fine) {
  const std::size_t n = thread_index();
  if (n >= kColors * extent.positions()) return;
  const Place to(n, extent.width, extent.height);
  const float* plane = coarse + to.plane * of_coarse.positions();
  const int next_i = to.y % 2 == 0 ? -1 : 1, next_j = to.x % 2 == 0 ? -1 : 1;
  float sum = 0;
  for (int a = 0; a < 2; ++a) {
    const int i = to.y / 2 + a * next_i;
    if (i < 0 || i >= of_coarse.height) continue;
    const float* row =
        plane + static_cast<std::size_t>(i) * static_cast<std::size_t>(of_coarse.width);
    for (int b = 0; b < 2; ++b) {
      const int j = to.x / 2 + b * next_j;
      if (j >= 0 && j < of_coarse.width) sum += tap(1 - a) * tap(1 - b) * row[j];
    }
  }
  fine[n] += 2.0F * sum;
}

/// Of what reduce() makes of a picture.
Extent half_of(Shape shape) {
  return {(shape.height + 1) / 2, (shape.width + 1) / 2};
}

class CudaPixelOps final : public PixelOps {
 public:
  explicit CudaPixelOps(const Kernels& kernels)
      : device_(kernels.device), reduction_(kernels.device) {}

  void preprocess(const ChannelMaps& maps, const float* pixels, const Tensor& out) override {
    const std::size_t positions = out.shape.positions();
    launch(device_, "preprocess", preprocess_kernel, {ceil_div(positions, kThreads), kThreads},
           Maps(maps), pixels, positions, elements<float>(out));
  }

  void preprocess_bprop(const ChannelMaps& maps, const Tensor& d_out, bool accumulate,
                        float* gradient) override {
    const std::size_t positions = d_out.shape.positions();
    launch(device_, "preprocess_bprop", preprocess_bprop_kernel,
           {ceil_div(positions, kThreads), kThreads}, Maps(maps), elements<const float>(d_out),
           positions, accumulate, gradient);
  }

  void total_variation(TotalVariation kind, bool wraps, const float* pixels, Shape shape,
                       double* value) override {
    const auto sum = [&]<TotalVariation of>() {
      const Extent extent{shape.height, shape.width};
      reduction_.sum("total_variation", shape.elements(), Variation<of>{pixels, extent, wraps},
                     value);
    };
    switch (kind) {
      case TotalVariation::kAbsolute:
        return sum.operator()<TotalVariation::kAbsolute>();
      case TotalVariation::kSquared:
        return sum.operator()<TotalVariation::kSquared>();
      case TotalVariation::kIsotropic:
        return sum.operator()<TotalVariation::kIsotropic>();
    }
  }

  void total_variation_bprop(TotalVariation kind, bool wraps, const float* pixels, Shape shape,
                             float factor, float* gradient) override {
    launch(device_, "total_variation_bprop",
           kind == TotalVariation::kAbsolute  ? variation_bprop<TotalVariation::kAbsolute>
           : kind == TotalVariation::kSquared ? variation_bprop<TotalVariation::kSquared>
                                              : isotropic_bprop,
           {ceil_div(shape.elements(), kThreads), kThreads}, pixels,
           Extent{shape.height, shape.width}, wraps, factor, gradient);
  }

  void copy_rectangle(const float* from, Shape from_shape, const PixelRectangle& part, float* to,
                      Shape to_shape, int top, int left) override {
    const std::size_t elements =
        kColors * static_cast<std::size_t>(part.height) * static_cast<std::size_t>(part.width);
    launch(device_, "copy_rectangle", copy_rectangle_kernel,
           {ceil_div(elements, kThreads), kThreads}, from,
           Extent{from_shape.height, from_shape.width}, part, to,
           Extent{to_shape.height, to_shape.width}, top, left);
  }

  void reduce(const float* fine, Shape shape, float* coarse) override {
    const Extent to = half_of(shape);
    launch(device_, "reduce", reduce_kernel,
           {ceil_div(kColors * to.positions(), kThreads), kThreads}, fine,
           Extent{shape.height, shape.width}, to, coarse);
  }

  void expand_add(const float* coarse, Shape shape, float* fine) override {
    launch(device_, "expand_add", expand_add_kernel,
           {ceil_div(shape.elements(), kThreads), kThreads}, coarse, half_of(shape),
           Extent{shape.height, shape.width}, fine);
  }

 private:
  GpuDevice& device_;
  Reduction reduction_;
};

}  // namespace

std::unique_ptr<PixelOps> make_pixel_ops(const Kernels& kernels) {
  return std::make_unique<CudaPixelOps>(kernels);
}

}  // namespace vggstyle::cuda

#include "kernels/pixel_ops.h"

#include <cmath>

#include "kernels/cpu/chunked_sum.h"
#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"

namespace vggstyle::cpu {
namespace {

class CpuPixelOps final : public PixelOps {
 public:
  void preprocess(const ChannelMaps& maps, const float* pixels, const Tensor& out) override {
    const std::size_t positions = out.shape.positions();
    for (std::size_t c = 0; c < 3; ++c) {
      const float* from = pixels + static_cast<std::size_t>(maps[c].source) * positions;
      float* to = elements(out) + c * positions;
      for (std::size_t i = 0; i < positions; ++i) to[i] = (from[i] - maps[c].mean) * maps[c].scale;
    }
  }

  void preprocess_bprop(const ChannelMaps& maps, const Tensor& d_out, bool accumulate,
                        float* gradient) override {
    const std::size_t positions = d_out.shape.positions();
    for (std::size_t c = 0; c < 3; ++c) {
      const float* from = elements(d_out) + c * positions;
      float* to = gradient + static_cast<std::size_t>(maps[c].source) * positions;
      for (std::size_t i = 0; i < positions; ++i) {
        to[i] = (accumulate ? to[i] : 0.0F) + from[i] * maps[c].scale;
      }
    }
  }

  void total_variation(TotalVariation kind, bool wraps, const float* pixels, Shape shape,
                       double* value) override {
    const auto width = static_cast<std::size_t>(shape.width);
    const auto height = static_cast<std::size_t>(shape.height);
    const auto pair = [kind](float a, float b) {
      const double d = static_cast<double>(a) - static_cast<double>(b);
      return kind == TotalVariation::kAbsolute ? std::fabs(d) : d * d;
    };
    // One chunk is one row of one colour plane, with its differences to the right and downwards.
    *value = chunked_sum(
        3 * height,
        [&](std::size_t row, std::size_t) {
          const float* p = pixels + row * width;
          double sum = 0;
          for (std::size_t x = 0; x + 1 < width; ++x) sum += pair(p[x + 1], p[x]);
          if (wraps) sum += pair(p[0], p[width - 1]);
          const bool last = row % height + 1 == height;
          if (last && !wraps) return sum;
          const float* below = last ? p - (height - 1) * width : p + width;
          for (std::size_t x = 0; x < width; ++x) sum += pair(below[x], p[x]);
          return sum;
        },
        1);
  }

  void total_variation_bprop(TotalVariation kind, bool wraps, const float* pixels, Shape shape,
                             float factor, float* gradient) override {
    const auto width = static_cast<std::size_t>(shape.width);
    const auto height = static_cast<std::size_t>(shape.height);
    const auto derivative = [kind](float d) {
      if (kind == TotalVariation::kSquared) return 2.0F * d;
      return static_cast<float>(d > 0.0F) - static_cast<float>(d < 0.0F);
    };
#pragma omp parallel for schedule(static)
    for (std::size_t row = 0; row < 3 * height; ++row) {
      const std::size_t y = row % height;
      const float* p = pixels + row * width;
      float* g = gradient + row * width;
      const bool first = y == 0, last = y + 1 == height;
      const float* above = first ? p + (height - 1) * width : p - width;
      const float* below = last ? p - (height - 1) * width : p + width;
      for (std::size_t x = 0; x < width; ++x) {
        float sum = 0;
        if (wraps || x > 0) sum += derivative(p[x] - p[x > 0 ? x - 1 : width - 1]);
        if (wraps || x + 1 < width) sum -= derivative(p[x + 1 < width ? x + 1 : 0] - p[x]);
        if (wraps || !first) sum += derivative(p[x] - above[x]);
        if (wraps || !last) sum -= derivative(below[x] - p[x]);
        g[x] += factor * sum;
      }
    }
  }

  void copy_rectangle(const float* from, Shape from_shape, const PixelRectangle& part, float* to,
                      Shape to_shape, int top, int left) override {
    const auto wrapped = [](int i, int side) { return i < 0 ? i + side : i < side ? i : i - side; };
    const auto row_of = [](Shape shape, int c, int y) {
      return static_cast<std::size_t>(c * shape.height + y) * static_cast<std::size_t>(shape.width);
    };
#pragma omp parallel for schedule(static)
    for (int row = 0; row < 3 * part.height; ++row) {
      const int c = row / part.height, y = row % part.height;
      const float* in = from + row_of(from_shape, c, wrapped(part.top + y, from_shape.height));
      float* out = to + row_of(to_shape, c, top + y) + left;
      for (int x = 0; x < part.width; ++x) out[x] = in[wrapped(part.left + x, from_shape.width)];
    }
  }
};

}  // namespace

std::unique_ptr<PixelOps> make_pixel_ops() {
  return std::make_unique<CpuPixelOps>();
}

}  // namespace vggstyle::cpu

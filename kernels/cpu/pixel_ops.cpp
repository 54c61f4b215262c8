#include "kernels/pixel_ops.h"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "kernels/cpu/chunked_sum.h"
#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"

namespace vggstyle::cpu {
namespace {

/// Of reduce() and expand_add(): (1, 3, 3, 1) / 8.
constexpr std::array kTaps = {0.125F, 0.375F, 0.375F, 0.125F};

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

std::size_t row_of(Shape shape, int c, int y) {
  return index(c * shape.height + y) * index(shape.width);
}

/// A row of one colour, and the one below it, or where there is none itself.
struct RowPair {
  const float* row;
  const float* below;
};

/// dx and dy of position x, each divided by the root of kIsotropic: what it adds to the
/// derivative at its neighbours.
struct IsotropicSlope {
  float right, below;

  IsotropicSlope(const RowPair& rows, std::size_t x, std::size_t next) {
    const float dx = rows.row[next] - rows.row[x], dy = rows.below[x] - rows.row[x];
    const float root = std::sqrt(dx * dx + dy * dy + static_cast<float>(kIsotropicEpsilon));
    right = dx / root;
    below = dy / root;
  }
};

/// kIsotropic of one plane after the other, by rows.
class IsotropicVariation {
 public:
  IsotropicVariation(const float* pixels, Shape shape, bool wraps)
      : pixels_(pixels),
        width_(static_cast<std::size_t>(shape.width)),
        height_(static_cast<std::size_t>(shape.height)),
        wraps_(wraps) {}

  double of_row(std::size_t row) const {
    const RowPair rows = at(row);
    double sum = 0;
    for (std::size_t x = 0; x < width_; ++x) {
      const double p = static_cast<double>(rows.row[x]);
      const double dx = static_cast<double>(rows.row[next(x)]) - p;
      const double dy = static_cast<double>(rows.below[x]) - p;
      sum += std::sqrt(dx * dx + dy * dy + kIsotropicEpsilon);
    }
    return sum;
  }

  /// gradient += factor * d / d row, where both are of the row.
  void add_gradient(std::size_t row, float factor, float* gradient) const {
    const RowPair rows = at(row);
    const bool first = row % height_ == 0;
    const RowPair above = at(first ? row + height_ - 1 : row - 1);
    for (std::size_t x = 0; x < width_; ++x) {
      const IsotropicSlope own(rows, x, next(x));
      float sum = -(own.right + own.below);
      if (wraps_ || x > 0) {
        const std::size_t left = x > 0 ? x - 1 : width_ - 1;
        sum += IsotropicSlope(rows, left, x).right;
      }
      if (wraps_ || !first) sum += IsotropicSlope(above, x, next(x)).below;
      gradient[x] += factor * sum;
    }
  }

 private:
  RowPair at(std::size_t row) const {
    const float* own = pixels_ + row * width_;
    if (row % height_ + 1 < height_) return {own, own + width_};
    return {own, wraps_ ? own - (height_ - 1) * width_ : own};
  }
  /// The column to the right, or where there is none x itself.
  std::size_t next(std::size_t x) const { return x + 1 < width_ ? x + 1 : wraps_ ? 0 : x; }

  const float* pixels_;
  std::size_t width_, height_;
  bool wraps_;
};

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
    if (kind == TotalVariation::kIsotropic) {
      const IsotropicVariation variation(pixels, shape, wraps);
      *value = chunked_sum(
          3 * height, [&](std::size_t row, std::size_t) { return variation.of_row(row); }, 1);
      return;
    }
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
    if (kind == TotalVariation::kIsotropic) {
      const IsotropicVariation variation(pixels, shape, wraps);
#pragma omp parallel for schedule(static)
      for (std::size_t row = 0; row < 3 * height; ++row) {
        variation.add_gradient(row, factor, gradient + row * width);
      }
      return;
    }
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
#pragma omp parallel for schedule(static)
    for (int row = 0; row < 3 * part.height; ++row) {
      const int c = row / part.height, y = row % part.height;
      const float* in = from + row_of(from_shape, c, wrapped(part.top + y, from_shape.height));
      float* out = to + row_of(to_shape, c, top + y) + left;
      for (int x = 0; x < part.width; ++x) out[x] = in[wrapped(part.left + x, from_shape.width)];
    }
  }

  void reduce(const float* fine, Shape shape, float* coarse) override {
    const int height = (shape.height + 1) / 2, width = (shape.width + 1) / 2;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < 3 * height; ++row) {
      const int c = row / height, i = row % height;
      // Of the four rows, with a zero before them and two behind.
      std::vector<float> column(static_cast<std::size_t>(shape.width) + 3, 0.0F);
      for (int a = 0; a < 4; ++a) {
        const int y = 2 * i - 1 + a;
        if (y < 0 || y >= shape.height) continue;
        const float* in = fine + row_of(shape, c, y);
        for (int x = 0; x < shape.width; ++x) column[index(x + 1)] += kTaps[index(a)] * in[x];
      }
      float* out = coarse + row_of({3, height, width}, c, i);
      for (int j = 0; j < width; ++j) {
        const float* t = column.data() + 2 * j;
        out[j] = 2.0F * (kTaps[0] * (t[0] + t[3]) + kTaps[1] * (t[1] + t[2]));
      }
    }
  }

  void expand_add(const float* coarse, Shape shape, float* fine) override {
    const int height = (shape.height + 1) / 2, width = (shape.width + 1) / 2;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < 3 * shape.height; ++row) {
      const int c = row / shape.height, y = row % shape.height;
      // Of the two rows whose averages this row is part of, with a zero on either side.
      std::vector<float> column(static_cast<std::size_t>(width) + 2, 0.0F);
      const int near = y / 2, far = y % 2 == 0 ? near - 1 : near + 1;
      for (const auto& [i, tap] : {std::pair(near, kTaps[1]), std::pair(far, kTaps[0])}) {
        if (i < 0 || i >= height) continue;
        const float* in = coarse + row_of({3, height, width}, c, i);
        for (int j = 0; j < width; ++j) column[index(j + 1)] += tap * in[j];
      }
      float* out = fine + row_of(shape, c, y);
      for (int x = 0; x < shape.width; ++x) {
        const float* t = column.data() + x / 2 + 1;
        out[x] += 2.0F * (kTaps[1] * t[0] + kTaps[0] * (x % 2 == 0 ? t[-1] : t[1]));
      }
    }
  }
};

}  // namespace

std::unique_ptr<PixelOps> make_pixel_ops() {
  return std::make_unique<CpuPixelOps>();
}

}  // namespace vggstyle::cpu

// 2x2 pooling. One work item is one row of one channel block: kBlock channels of a position are one
// vector. A winner code takes one byte per element, in the order of the pooled tensor.

#include "kernels/pool2x2.h"

#include <cmath>
#include <cstddef>

#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"

namespace vggstyle::cpu {
namespace {

/// What a comparison of two Vec gives, -1 or 0 in each lane; winners, before and after they are stored.
typedef int Lanes __attribute__((vector_size(kBlock * sizeof(int))));
typedef std::uint8_t Codes __attribute__((vector_size(kBlock), aligned(1), may_alias));

/// The four elements under a pooled one, as offsets from the first.
struct Window {
  std::size_t offset[4];
  explicit Window(std::size_t row) : offset{0, kBlock, row, row + kBlock} {}
};

/// The root of the mean of the squares under `first`, lane by lane.
Vec root_of_squares(const float* first, const Window& window) {
  Vec sum{};
  for (const std::size_t offset : window.offset) {
    const Vec x = load(first + offset);
    sum += x * x;
  }
  for (int lane = 0; lane < kBlock; ++lane) sum[lane] = std::sqrt(0.25F * sum[lane]);
  return sum;
}

class CpuPool2x2 final : public Pool2x2 {
 public:
  std::size_t winner_bytes(Shape pooled) const override { return pooled.elements(); }

  void fprop(Pooling kind, const Tensor& in, const Tensor& out, std::uint8_t* winners) override {
    const Window window(static_cast<std::size_t>(in.shape.width) * kBlock);
    for_each_row(out.shape, [&](std::size_t block, std::size_t y) {
      const float* from = elements(in) + row_offset(in.shape, block, 2 * y);
      const std::size_t start = row_offset(out.shape, block, y);
      const auto width = static_cast<std::size_t>(out.shape.width) * kBlock;
      for (std::size_t x = 0; x < width; x += kBlock) {
        const float* first = from + 2 * x;
        Vec best = load(first);
        if (kind == Pooling::kL2) {
          best = root_of_squares(first, window);
        } else if (kind == Pooling::kAverage) {
          best = 0.25F * ((best + load(first + window.offset[1])) +
                          (load(first + window.offset[2]) + load(first + window.offset[3])));
        } else {
          Lanes winner{};
          for (int k = 1; k < 4; ++k) {
            const Vec candidate = load(first + window.offset[k]);
            const Lanes greater = candidate > best;
            winner = greater ? Lanes{} + k : winner;
            best = greater ? candidate : best;
          }
          *reinterpret_cast<Codes*>(winners + start + x) = __builtin_convertvector(winner, Codes);
        }
        store(elements(out) + start + x, best);
      }
    });
  }

  void bprop(Pooling kind, const Tensor& d_out, const Tensor& in, const std::uint8_t* winners,
             const GradientTerms* terms, const Tensor& d_in) override {
    // One work item writes the two rows under one pooled row; the last odd row has no pooled row.
    const Shape covered{d_in.shape.channels, (d_in.shape.height + 1) / 2, d_in.shape.width};
    const Window window(static_cast<std::size_t>(d_in.shape.width) * kBlock);
    const auto row = static_cast<std::size_t>(d_in.shape.width) * kBlock;
    for_each_row(covered, [&](std::size_t block, std::size_t y) {
      float* to = elements(d_in) + row_offset(d_in.shape, block, 2 * y);
      const bool odd_last_row = 2 * y + 1 == static_cast<std::size_t>(d_in.shape.height);
      if (odd_last_row) {
        for (std::size_t i = 0; i < row; ++i) to[i] = 0.0F;
        return;
      }
      const std::size_t start = row_offset(d_out.shape, block, y);
      const auto width = static_cast<std::size_t>(d_out.shape.width) * kBlock;
      for (std::size_t x = 0; x < width; x += kBlock) {
        const Vec d = load(elements(d_out) + start + x);
        float* first = to + 2 * x;
        if (kind == Pooling::kL2) {
          const float* from = elements(in) + row_offset(d_in.shape, block, 2 * y) + 2 * x;
          const Vec root = root_of_squares(from, window);
          const Vec least = splat(kLeastRoot);
          const Vec share = 0.25F * d / (root > least ? root : least);
          for (const std::size_t offset : window.offset) {
            store(first + offset, share * load(from + offset));
          }
          continue;
        }
        if (kind == Pooling::kAverage) {
          for (const std::size_t offset : window.offset) store(first + offset, 0.25F * d);
          continue;
        }
        const Lanes winner =
            __builtin_convertvector(*reinterpret_cast<const Codes*>(winners + start + x), Lanes);
        for (int k = 0; k < 4; ++k) {
          store(first + window.offset[k], winner == k ? d : Vec{});
        }
      }
      if (d_in.shape.width % 2 == 1) {
        for (std::size_t i = row - kBlock; i < row; ++i) to[i] = to[row + i] = 0.0F;
      }
    });
    if (terms != nullptr) apply_gradient_terms(*terms, d_in);
  }

 private:
  static std::size_t row_offset(Shape shape, std::size_t block, std::size_t y) {
    return block_offset(shape, block, y * static_cast<std::size_t>(shape.width));
  }

  template <typename Row>
  static void for_each_row(Shape shape, Row row) {
    const int blocks = shape.channels / kBlock;
#pragma omp parallel for collapse(2) schedule(static)
    for (int block = 0; block < blocks; ++block) {
      for (int y = 0; y < shape.height; ++y) {
        row(static_cast<std::size_t>(block), static_cast<std::size_t>(y));
      }
    }
  }
};

}  // namespace

std::unique_ptr<Pool2x2> make_pool2x2() {
  return std::make_unique<CpuPool2x2>();
}

}  // namespace vggstyle::cpu

// 2x2 pooling. One work item is one row of one channel block: kBlock channels of a position are one
// vector. A winner code takes one byte per element, in the order of the pooled tensor.

#include "kernels/pool2x2.h"

#include <cstddef>

#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"

namespace vggstyle::cpu {
namespace {

/// The four elements under a pooled one, as offsets from the first.
struct Window {
  std::size_t offset[4];
  explicit Window(std::size_t row) : offset{0, kBlock, row, row + kBlock} {}
};

class CpuPool2x2 final : public Pool2x2 {
 public:
  std::size_t winner_bytes(Shape pooled) const override { return pooled.elements(); }

  void fprop(PoolKind kind, const Tensor& in, const Tensor& out, std::uint8_t* winners) override {
    const Window window(static_cast<std::size_t>(in.shape.width) * kBlock);
    for_each_row(out.shape, [&](std::size_t block, std::size_t y) {
      const float* from = elements(in) + row_offset(in.shape, block, 2 * y);
      const std::size_t start = row_offset(out.shape, block, y);
      const auto width = static_cast<std::size_t>(out.shape.width) * kBlock;
      for (std::size_t x = 0; x < width; x += kBlock) {
        for (std::size_t c = 0; c < kBlock; ++c) {
          const float* first = from + 2 * x + c;
          if (kind == PoolKind::kAverage) {
            elements(out)[start + x + c] =
                0.25F * ((first[0] + first[window.offset[1]]) +
                         (first[window.offset[2]] + first[window.offset[3]]));
            continue;
          }
          float best = first[0];
          int winner = 0;
          for (int k = 1; k < 4; ++k) {
            const float candidate = first[window.offset[k]];
            winner = candidate > best ? k : winner;
            best = candidate > best ? candidate : best;
          }
          elements(out)[start + x + c] = best;
          winners[start + x + c] = static_cast<std::uint8_t>(winner);
        }
      }
    });
  }

  void bprop(PoolKind kind, const Tensor& d_out, const std::uint8_t* winners,
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
        for (std::size_t c = 0; c < kBlock; ++c) {
          const float d = elements(d_out)[start + x + c];
          float* first = to + 2 * x + c;
          for (int k = 0; k < 4; ++k) {
            first[window.offset[k]] =
                kind == PoolKind::kAverage ? 0.25F * d : (winners[start + x + c] == k ? d : 0.0F);
          }
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

// dZ = [F > 0] * (G + t (P F - q 1^T) + s (F - F')), in place on G.
//
// P F is a matrix product with the positions as rows (panel_product.h): arithmetic bounds it. The
// rest of the formula is done on the tile before it is stored, so that G is read and written once.

#include "kernels/gradient_terms.h"

#include <algorithm>
#include <vector>

#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"
#include "kernels/cpu/panel_product.h"

namespace vggstyle::cpu {
namespace {

/// In the panels of panel_product.h.
const float* p_of(const GradientTerms& terms) {
  return static_cast<const float*>(terms.style.p);
}
const float* q_of(const GradientTerms& terms) {
  return static_cast<const float*>(terms.style.q);
}

constexpr std::size_t kChunk = 8 * kPanelRows;  // positions of a task
constexpr std::size_t kTaskPanels = 16;         // panels of a task

/// The formula for one register: kBlock channels of one position. `product` is P F of it.
Vec finish(const GradientTerms& terms, std::size_t at, std::size_t channel, Vec g, Vec product) {
  const Vec f = load(elements(terms.activations) + at);
  if (terms.style) {
    g += terms.style_scale * (product - load(q_of(terms) + channel));
  }
  if (terms.content_target) {
    g += terms.content_scale * (f - load(elements(terms.content_target) + at));
  }
  return terms.mask ? (f > Vec{} ? g : Vec{}) : g;
}

/// A task: `count` positions from `first` on, and some panels of channels.
template <bool Accumulate>
class Task {
 public:
  Task(const GradientTerms& terms, const Tensor& d, std::size_t first, std::size_t count)
      : terms_(terms), d_(d), first_(first), count_(count) {}

  /// F of these positions, [C / kBlock][kChunk][kBlock]. In the tensor the blocks of a position are
  /// often a power of two apart, and a cache holds but a few of them at a time.
  void pack(float* packed) {
    const std::size_t blocks = channels() / kBlock;
    const std::size_t next = d_.shape.positions() * kBlock;
    for (std::size_t block = 0; block < blocks; ++block) {
      const float* from = elements(terms_.activations) + block_offset(d_.shape, block, first_);
      float* to = packed + block * kChunk * kBlock;
      for (std::size_t i = 0; i < count_ * kBlock; i += kBlock) {
        if (block + 1 < blocks) __builtin_prefetch(from + next + i);
        store(to + i, load(from + i));
      }
    }
    packed_ = packed;
  }

  /// From P F to dZ, piece by piece of the panel: sums between them wait in `partial`.
  void run(std::size_t panel) const {
    const std::size_t blocks = channels() / kBlock;
    const float* p = p_of(terms_) + Panels(channels(), channels()).start(panel);
    alignas(64) float partial[kChunk * Panels::kWidth];
    for (std::size_t block = 0; block < blocks; block += kPanelBlocks) {
      const bool last = block + kPanelBlocks >= blocks;
      for_each_panel_rows(count_, [&](auto rows, std::size_t row) {
        if (last && Accumulate) prefetch(panel, row, rows);
        const auto sum = [&](std::size_t r, std::size_t half) {
          return partial + (row + r) * Panels::kWidth + half * kBlock;
        };
        panel_product<rows>(
            packed_ + (block * kChunk + row) * kBlock, kChunk * kBlock,
            std::min(kPanelBlocks, blocks - block), p + block * kBlock * Panels::kWidth,
            [&](std::size_t r, std::size_t half) {
              return block == 0 ? Vec{} : load(sum(r, half));
            },
            [&](std::size_t r, std::size_t half, Vec value) {
              last ? put(panel, row + r, half, value) : store(sum(r, half), value);
            });
      });
    }
  }

  /// The same without P F.
  void run_without_style(std::size_t panel) const {
    for (std::size_t half = 0; half < 2; ++half) {
      for (std::size_t row = 0; row < count_; ++row) put(panel, row, half, Vec{});
    }
  }

 private:
  std::size_t channels() const { return static_cast<std::size_t>(d_.shape.channels); }

  /// Of `d`, what put() will ask for once the product is done.
  void prefetch(std::size_t panel, std::size_t row, std::size_t rows) const {
    const std::size_t at = block_offset(d_.shape, 2 * panel, first_ + row);
    for (std::size_t r = 0; r < rows; ++r) {
      __builtin_prefetch(elements(d_) + at + r * kBlock, 1);
      __builtin_prefetch(elements(d_) + at + d_.shape.positions() * kBlock + r * kBlock, 1);
    }
  }

  void put(std::size_t panel, std::size_t row, std::size_t half, Vec product) const {
    const std::size_t channel = panel * Panels::kWidth + half * kBlock;
    if (channel >= channels()) return;
    const std::size_t at = block_offset(d_.shape, channel / kBlock, first_ + row);
    const Vec g = Accumulate ? load(elements(d_) + at) : Vec{};
    store(elements(d_) + at, finish(terms_, at, channel, g, product));
  }

  const GradientTerms& terms_;
  const Tensor& d_;
  std::size_t first_, count_;
  const float* packed_ = nullptr;
};

template <bool Accumulate>
void blocked(const GradientTerms& terms, const Tensor& d) {
  const std::size_t positions = d.shape.positions();
  const auto channels = static_cast<std::size_t>(d.shape.channels);
  const std::size_t panels = Panels(channels, channels).count();
#pragma omp parallel
  {
    std::vector<float> packed(terms.style ? channels * kChunk : 0);
#pragma omp for collapse(2) schedule(static)
    for (std::size_t chunk = 0; chunk < positions; chunk += kChunk) {
      for (std::size_t panel = 0; panel < panels; panel += kTaskPanels) {
        Task<Accumulate> task(terms, d, chunk, std::min(kChunk, positions - chunk));
        if (terms.style) task.pack(packed.data());
        for (std::size_t i = panel; i < std::min(panels, panel + kTaskPanels); ++i) {
          terms.style ? task.run(i) : task.run_without_style(i);
        }
      }
    }
  }
}

/// The planar case: the 3 colour planes.
void planar(const GradientTerms& terms, const Tensor& d, bool accumulate) {
  const auto channels = static_cast<std::size_t>(d.shape.channels);
  const std::size_t positions = d.shape.positions();
  const Panels panels(channels, channels);
  for (std::size_t i = 0; i < channels; ++i) {
#pragma omp parallel for schedule(static)
    for (std::size_t m = 0; m < positions; ++m) {
      const std::size_t at = i * positions + m;
      const float f = elements(terms.activations)[at];
      float g = accumulate ? elements(d)[at] : 0.0F;
      if (terms.style) {
        float product = -q_of(terms)[i];
        for (std::size_t j = 0; j < channels; ++j) {
          product +=
              p_of(terms)[panels.index(i, j)] * elements(terms.activations)[j * positions + m];
        }
        g += terms.style_scale * product;
      }
      if (terms.content_target) g += terms.content_scale * (f - elements(terms.content_target)[at]);
      elements(d)[at] = !terms.mask || f > 0.0F ? g : 0.0F;
    }
  }
}

}  // namespace

void apply_gradient_terms(const GradientTerms& terms, const Tensor& d) {
  is_blocked(d.shape) ? blocked<true>(terms, d) : planar(terms, d, true);
}

void start_gradient(const GradientTerms& terms, const Tensor& d) {
  is_blocked(d.shape) ? blocked<false>(terms, d) : planar(terms, d, false);
}

}  // namespace vggstyle::cpu

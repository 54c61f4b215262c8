#include "kernels/cpu/conv3x3/winograd.h"

#include <omp.h>

#include <algorithm>

#include "kernels/cpu/layout.h"
#include "kernels/cpu/panel_product.h"

namespace vggstyle::cpu {
namespace {

constexpr std::size_t kIn = 6, kOut = 4;      // a tile's side before and after
constexpr std::size_t kProducts = kIn * kIn;  // 36
constexpr std::size_t kLine = 16;             // floats of a cache line

// See schedule().
constexpr std::size_t kSmallFilters = 5 << 20;  // bytes of U
constexpr std::size_t kTilesAlone = 3 * kPanelRows;
constexpr std::size_t kCacheBytes = 2 << 20;  // what V and M may take: second-level caches
constexpr std::size_t kFewestTiles = 96;      // so that the filters are not read too often

// The points 0, +-a, +-b, infinity.
constexpr float a1 = 0.625F, a2 = a1 * a1, a3 = a2 * a1;
constexpr float b1 = 1.5F, b2 = b1 * b1, b3 = b2 * b1;

/// B^T of six values: the coefficients of prod_{j != i} (x - p_j), pairs of points sharing their
/// even and odd parts.
inline void transform_in(const Vec* d, std::size_t stride, Vec* v, std::size_t v_stride) {
  const Vec d0 = d[0], d1 = d[stride], d2 = d[2 * stride];
  const Vec d3 = d[3 * stride], d4 = d[4 * stride], d5 = d[5 * stride];
  const Vec even_a = d4 - b2 * d2, odd_a = a1 * (d3 - b2 * d1);
  const Vec even_b = d4 - a2 * d2, odd_b = b1 * (d3 - a2 * d1);
  v[0] = d4 - (a2 + b2) * d2 + (a2 * b2) * d0;
  v[v_stride] = even_a + odd_a;
  v[2 * v_stride] = even_a - odd_a;
  v[3 * v_stride] = even_b + odd_b;
  v[4 * v_stride] = even_b - odd_b;
  v[5 * v_stride] = d5 - (a2 + b2) * d3 + (a2 * b2) * d1;
}

/// A^T of six values: the powers 0..3 of the points.
inline void transform_out(const Vec* m, std::size_t stride, Vec* y, std::size_t y_stride) {
  const Vec sum_a = m[stride] + m[2 * stride], difference_a = m[stride] - m[2 * stride];
  const Vec sum_b = m[3 * stride] + m[4 * stride], difference_b = m[3 * stride] - m[4 * stride];
  y[0] = m[0] + sum_a + sum_b;
  y[y_stride] = a1 * difference_a + b1 * difference_b;
  y[2 * y_stride] = a2 * sum_a + b2 * sum_b;
  y[3 * y_stride] = a3 * difference_a + b3 * difference_b + m[5 * stride];
}

/// G, 6 x 3: (1, p, p^2) over prod_{j != i} (p_i - p_j); infinity: (0, 0, 1).
class FilterTransform {
 public:
  FilterTransform() {
    const double points[5] = {0, a1, -a1, b1, -b1};
    for (int i = 0; i < 5; ++i) {
      double divisor = 1;
      for (int j = 0; j < 5; ++j) {
        if (j != i) divisor *= points[i] - points[j];
      }
      for (int k = 0; k < 3; ++k)
        g_[i][k] = (k == 0 ? 1 : k == 1 ? points[i] : points[i] * points[i]) / divisor;
    }
    g_[5][0] = g_[5][1] = 0;
    g_[5][2] = 1;
  }

  /// u = G g G^T of the 3x3 filters from one input channel to each output channel of a panel.
  void operator()(const double (&filters)[9][Panels::kWidth],
                  double (&u)[kProducts][Panels::kWidth]) const {
    double rows[kIn][3][Panels::kWidth] = {};
    for (std::size_t i = 0; i < kIn; ++i) {
      for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t j = 0; j < 3; ++j) add(g_[i][j], filters[j * 3 + k], rows[i][k]);
      }
    }
    for (std::size_t i = 0; i < kProducts; ++i) {
      std::ranges::fill(u[i], 0.0);
      for (std::size_t j = 0; j < 3; ++j) add(g_[i % kIn][j], rows[i / kIn][j], u[i]);
    }
  }

 private:
  static void add(double factor, const double (&from)[Panels::kWidth],
                  double (&to)[Panels::kWidth]) {
    for (std::size_t o = 0; o < Panels::kWidth; ++o) to[o] += factor * from[o];
  }

  double g_[kIn][3];
};

/// One of the 36 matrices of V or M: blocked like a tensor whose positions are tiles. The odd
/// number of spare lines keeps the 36 of them from falling into the same cache sets.
struct TileMatrices {
  std::size_t blocks, tiles;
  std::size_t matrix() const { return (blocks * tiles + 5) * kBlock; }
  std::size_t at(std::size_t product, std::size_t block, std::size_t tile) const {
    return product * matrix() + (block * tiles + tile) * kBlock;
  }
  std::size_t size() const { return kProducts * matrix(); }
};

}  // namespace

/// Some tiles on their way through the steps.
struct Winograd::Step {
  const Winograd& w;
  const Tensor& in;
  const Tensor& out;
  std::size_t first, count;  // tiles
  TileMatrices v_layout, m_layout;
  float *v, *m;

  std::size_t panels() const { return (m_layout.blocks + 1) / 2; }

  void input_tile(std::size_t block, std::size_t tile) const {
    const auto y0 = static_cast<int>((first + tile) / w.tiles_x_ * kOut) - 1 - w.margin_;
    const auto x0 = static_cast<int>((first + tile) % w.tiles_x_ * kOut) - 1 - w.margin_;
    const Shape& shape = in.shape;
    const float* from = elements(in) + block_offset(shape, block, 0);
    const bool inside = y0 >= 0 && x0 >= 0 && y0 + 6 <= shape.height && x0 + 6 <= shape.width;
    Vec edge[kProducts], t[kProducts];
    const float* corner = from + (y0 * shape.width + x0) * kBlock;
    auto row_step = static_cast<std::ptrdiff_t>(shape.width) * kBlock;
    if (!inside) {
      for (int i = 0; i < 6; ++i) {
        for (int j = 0; j < 6; ++j) {
          const int y = padded_index(w.padding_, y0 + i, shape.height);
          const int x = padded_index(w.padding_, x0 + j, shape.width);
          const bool zero = y < 0 || x < 0;
          edge[i * 6 + j] = zero ? Vec{} : load(from + (y * shape.width + x) * kBlock);
        }
      }
      corner = reinterpret_cast<const float*>(edge);
      row_step = 6 * kBlock;
    }
    for (std::size_t j = 0; j < kIn; ++j) {
      Vec column[kIn];
      for (int i = 0; i < 6; ++i) column[i] = load(corner + i * row_step + j * kBlock);
      transform_in(column, 1, t + j, kIn);
    }
    for (std::size_t i = 0; i < kIn; ++i) {
      Vec row[kIn];
      transform_in(t + i * kIn, 1, row, 1);
      for (std::size_t j = 0; j < kIn; ++j)
        store(v + v_layout.at(i * kIn + j, block, tile), row[j]);
    }
  }

  /// All tiles times one panel of filters. `Prefetch` brings the piece that follows into the
  /// second-level cache while this one is multiplied; with few tiles a piece is used for less time
  /// than memory takes to answer.
  template <bool Prefetch>
  void multiply(std::size_t product, std::size_t panel) const {
    const auto channels_in = static_cast<std::size_t>(in.shape.channels);
    const Panels panels(channels_in, static_cast<std::size_t>(out.shape.channels));
    const float* piece = w.filters_.as<float>() + product * panels.size() + panels.start(panel);
    for (std::size_t block = 0; block < v_layout.blocks; block += kPanelBlocks) {
      const std::size_t blocks = std::min(kPanelBlocks, v_layout.blocks - block);
      const float* next = piece + blocks * kBlock * Panels::kWidth;
      const auto lines = static_cast<std::size_t>(next - piece) / kLine;
      for_each_panel_rows(count, [&](auto rows, std::size_t tile) {
        if constexpr (Prefetch) {
          for (std::size_t i = tile * lines / count; i < (tile + rows) * lines / count; ++i) {
            __builtin_prefetch(next + i * kLine, 0, 2);
          }
        }
        const auto sum = [&](std::size_t row, std::size_t half) {
          return m + m_layout.at(product, 2 * panel + half, tile + row);
        };
        const bool exists[2] = {true, 2 * panel + 1 < m_layout.blocks};
        panel_product<rows>(
            v + v_layout.at(product, block, tile), v_layout.tiles * kBlock, blocks, piece,
            [&](std::size_t row, std::size_t half) {
              return block == 0 || !exists[half] ? Vec{} : load(sum(row, half));
            },
            [&](std::size_t row, std::size_t half, Vec value) {
              if (exists[half]) store(sum(row, half), value);
            });
      });
      piece = next;
    }
  }

  void output_tile(std::size_t block, std::size_t tile) const {
    const auto y0 = static_cast<int>((first + tile) / w.tiles_x_ * kOut);
    const auto x0 = static_cast<int>((first + tile) % w.tiles_x_ * kOut);
    Vec t[kOut * kIn], y[kOut * kOut];
    for (std::size_t j = 0; j < kIn; ++j) {
      Vec column[kIn];
      for (std::size_t i = 0; i < kIn; ++i) {
        column[i] = load(m + m_layout.at(i * kIn + j, block, tile));
      }
      transform_out(column, 1, t + j, kIn);
    }
    for (std::size_t i = 0; i < kOut; ++i) transform_out(t + i * kIn, 1, y + i * kOut, 1);
    const bool relu = !w.bias_.empty();
    const Vec bias = relu ? load(w.bias_.data() + block * kBlock) : Vec{};
    float* to = elements(out) + block_offset(out.shape, block, 0);
    const int rows = std::min<int>(kOut, out.shape.height - y0);
    const int columns = std::min<int>(kOut, out.shape.width - x0);
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < columns; ++j) {
        Vec value = y[i * 4 + j];
        if (relu) {
          value += bias;
          value = value < Vec{} ? Vec{} : value;  // a NaN stays, so that an overflow is found
        }
        store(to + ((y0 + i) * out.shape.width + x0 + j) * kBlock, value);
      }
    }
  }

  /// By the thread that calls.
  void run_alone() const {
    for (std::size_t block = 0; block < v_layout.blocks; ++block) {
      for (std::size_t tile = 0; tile < count; ++tile) input_tile(block, tile);
    }
    for (std::size_t product = 0; product < kProducts; ++product) {
      for (std::size_t panel = 0; panel < panels(); ++panel) multiply<false>(product, panel);
    }
    for (std::size_t block = 0; block < m_layout.blocks; ++block) {
      for (std::size_t tile = 0; tile < count; ++tile) output_tile(block, tile);
    }
  }

  /// By all threads of the team that calls, each with a part of every step.
  void run_together() const {
#pragma omp for collapse(2) schedule(static)
    for (std::size_t block = 0; block < v_layout.blocks; ++block) {
      for (std::size_t tile = 0; tile < count; ++tile) input_tile(block, tile);
    }
#pragma omp for collapse(2) schedule(static)
    for (std::size_t product = 0; product < kProducts; ++product) {
      for (std::size_t panel = 0; panel < panels(); ++panel) multiply<true>(product, panel);
    }
#pragma omp for collapse(2) schedule(static)
    for (std::size_t block = 0; block < m_layout.blocks; ++block) {
      for (std::size_t tile = 0; tile < count; ++tile) output_tile(block, tile);
    }
  }
};

namespace {

std::size_t tiles_along(int side) {
  return (static_cast<std::size_t>(side) + kOut - 1) / kOut;
}

/// How the tiles go through the steps. Every output is the same sum either way.
struct Schedule {
  bool alone;                 ///< each thread by itself; else all together
  std::size_t tiles_at_once;  ///< of a thread, or of all
  std::size_t workspaces;     ///< of tiles_at_once tiles
};

/// Small filters are read again for each thread's few tiles, whose V and M then never leave its
/// second-level cache and no thread waits for another. Large ones are read once for all.
Schedule schedule(int in_channels, Shape out, std::size_t threads) {
  const auto channels_in = static_cast<std::size_t>(in_channels);
  const auto channels_out = static_cast<std::size_t>(out.channels);
  const std::size_t tiles = tiles_along(out.width) * tiles_along(out.height);
  const bool small_filters =
      kProducts * channels_in * channels_out * sizeof(float) <= kSmallFilters;
  if (small_filters && tiles >= 4 * threads * kTilesAlone) return {true, kTilesAlone, threads};
  const std::size_t tile_bytes = kProducts * (channels_in + channels_out) * sizeof(float);
  const std::size_t fit = std::max(kFewestTiles, kCacheBytes / tile_bytes);
  return {false, std::min(tiles, fit / kPanelRows * kPanelRows), 1};
}

std::size_t usable_threads() {
  return static_cast<std::size_t>(omp_get_max_threads());
}

TileMatrices tile_matrices(int channels, std::size_t tiles) {
  return {static_cast<std::size_t>(channels) / kBlock, tiles};
}

}  // namespace

Winograd::Winograd(Device& device, Shape in, Shape out, std::span<const float> kernel,
                   std::span<const float> bias, Padding padding)
    : in_(in),
      out_(out),
      padding_(padding),
      margin_((out.height - in.height) / 2),
      threads_(usable_threads()),
      bias_(bias.begin(), bias.end()) {
  const auto channels_in = static_cast<std::size_t>(in.channels);
  const auto channels_out = static_cast<std::size_t>(out.channels);
  tiles_x_ = tiles_along(out.width);
  tiles_ = tiles_x_ * tiles_along(out.height);

  const Panels panels(channels_in, channels_out);
  const FilterTransform transform;
  filters_ = Buffer(device, kProducts * panels.size() * sizeof(float));
  float* filters = filters_.as<float>();
#pragma omp parallel for collapse(2) schedule(static)
  for (std::size_t panel = 0; panel < panels.count(); ++panel) {
    for (std::size_t c = 0; c < channels_in; ++c) {
      double g[9][Panels::kWidth] = {}, u[kProducts][Panels::kWidth];
      const std::size_t first = panel * Panels::kWidth;
      for (std::size_t o = first; o < std::min(first + Panels::kWidth, channels_out); ++o) {
        const float* filter = kernel.data() + (o * channels_in + c) * 9;
        for (std::size_t tap = 0; tap < 9; ++tap)
          g[tap][o - first] = static_cast<double>(filter[tap]);
      }
      transform(g, u);
      for (std::size_t i = 0; i < kProducts; ++i) {
        std::copy_n(u[i], Panels::kWidth, filters + i * panels.size() + panels.index(c, first));
      }
    }
  }
}

std::size_t Winograd::workspace_bytes(int in_channels, Shape out) {
  const Schedule plan = schedule(in_channels, out, usable_threads());
  return plan.workspaces *
         (tile_matrices(in_channels, plan.tiles_at_once).size() +
          tile_matrices(out.channels, plan.tiles_at_once).size()) *
         sizeof(float);
}

void Winograd::execute(const Tensor& in, const Tensor& out, float* workspace) const {
  const Schedule plan = schedule(in_.channels, out_, threads_);
  const TileMatrices v = tile_matrices(in_.channels, plan.tiles_at_once);
  const TileMatrices m = tile_matrices(out_.channels, plan.tiles_at_once);
  const auto step = [&](std::size_t first, float* memory) {
    const std::size_t count = std::min(plan.tiles_at_once, tiles_ - first);
    return Step{*this, in, out, first, count, v, m, memory, memory + v.size()};
  };
#pragma omp parallel num_threads(static_cast <int>(threads_))
  {
    if (plan.alone) {
      float* mine =
          workspace + static_cast<std::size_t>(omp_get_thread_num()) * (v.size() + m.size());
#pragma omp for schedule(dynamic)
      for (std::size_t first = 0; first < tiles_; first += plan.tiles_at_once) {
        step(first, mine).run_alone();
      }
    } else {
      for (std::size_t first = 0; first < tiles_; first += plan.tiles_at_once) {
        step(first, workspace).run_together();
      }
    }
  }
}

}  // namespace vggstyle::cpu

#include "kernels/cpu/symmetric_product.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "kernels/cpu/layout.h"

namespace vggstyle::cpu {
namespace {

constexpr std::size_t kTile = kSymmetricTile;
constexpr std::size_t kChunk = 256;  // positions multiplied in float32
constexpr std::size_t kColumns = 2 * kBlock;
constexpr std::size_t kRows = kBlock == 16 ? 8 : 4;  // accumulators: kRows x 2 registers
constexpr std::size_t kTasksWanted = 64;

typedef double Vec64 __attribute__((vector_size(kBlock * sizeof(double)), aligned(8), may_alias));

/// F - s of a tile's channels at up to kChunk positions, in blocks like a tensor's:
/// [kTile / kBlock][kChunk][kBlock], so that each block is read from front to back.
using Panel = float[kChunk * kTile];

constexpr std::size_t block_start(std::size_t channel) {
  return channel / kBlock * kChunk * kBlock + channel % kBlock;
}

/// Packs F - s of up to kTile channels from `channel` on; channels past the last are zero.
void pack(const Tensor& f, std::span<const float> shift, std::size_t channel, std::size_t position,
          std::size_t count, float* panel) {
  const auto channels = static_cast<std::size_t>(f.shape.channels);
  for (std::size_t c = 0; c < kTile; c += kBlock) {
    float* to = panel + block_start(c);
    if (channel + c >= channels) {
      for (std::size_t i = 0; i < count; ++i) store(to + i * kBlock, Vec{});
      continue;
    }
    const Vec s = load(shift.data() + channel + c);
    const float* from = elements(f) + block_offset(f.shape, (channel + c) / kBlock, position);
    for (std::size_t i = 0; i < count; ++i) store(to + i * kBlock, load(from + i * kBlock) - s);
  }
}

/// Multiplies what is packed of each position by the root of its weight.
void weigh(float* panel, const float* weights, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Vec root = splat(std::sqrt(weights[i]));
    for (std::size_t c = 0; c < kTile; c += kBlock) {
      float* at = panel + block_start(c) + i * kBlock;
      store(at, root * load(at));
    }
  }
}

/// The sum so far plus `value`; `value` alone if it is the first.
void add(double* sum, Vec value, bool first) {
  Vec64& to = *reinterpret_cast<Vec64*>(sum);
  const Vec64 summand = __builtin_convertvector(value, Vec64);
  to = first ? summand : to + summand;
}

/// sum[r][c] += over `count` positions a[r] * b[c], r < kRows, c < kColumns; `a` and `b` point into
/// panels, at the first of these channels.
void multiply(const float* a, const float* b, std::size_t count, double* sum, bool first) {
  constexpr std::size_t kNextBlock = kChunk * kBlock;
  alignas(sizeof(Register)) Register acc[kRows][2][kRegisters] = {};
  for (std::size_t i = 0; i < count; ++i) {
    Register b0[kRegisters], b1[kRegisters];
    for (int k = 0; k < kRegisters; ++k) {
      b0[k] = load_register(b + i * kBlock + k * kRegister);
      b1[k] = load_register(b + i * kBlock + kNextBlock + k * kRegister);
      keep_in_register(b0[k]);
      keep_in_register(b1[k]);
    }
    for (std::size_t r = 0; r < kRows; ++r) {
      const Register x = splat_register(a[i * kBlock + r]);
      for (int k = 0; k < kRegisters; ++k) {
        acc[r][0][k] += x * b0[k];
        acc[r][1][k] += x * b1[k];
      }
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    add(sum + r * kTile, join(acc[r][0]), first);
    add(sum + r * kTile + kBlock, join(acc[r][1]), first);
  }
}

/// The other root comes with `weights`, null for none.
void sum_channels(const float* panel, const float* weights, std::size_t count, double* sums,
                  bool first) {
  for (std::size_t c = 0; c < kTile; c += kBlock) {
    Vec sum{};
    for (std::size_t i = 0; i < count; ++i) {
      const Vec value = load(panel + block_start(c) + i * kBlock);
      sum += weights != nullptr ? splat(std::sqrt(weights[i])) * value : value;
    }
    add(sums + c, sum, first);
  }
}

}  // namespace

void SymmetricProduct::run_task(const Tensor& f, std::span<const float> shift, const float* weights,
                                std::size_t row_tile, std::size_t column_tile, std::size_t begin,
                                std::size_t end, Partial& partial) {
  alignas(64) thread_local Panel rows, columns;
  const bool diagonal = row_tile == column_tile;
  for (std::size_t position = begin; position < end; position += kChunk) {
    const std::size_t count = std::min(kChunk, end - position);
    const bool first = position == begin;
    const float* chunk_weights = weights != nullptr ? weights + position : nullptr;
    pack(f, shift, row_tile * kTile, position, count, rows);
    if (chunk_weights != nullptr) weigh(rows, chunk_weights, count);
    if (diagonal) {
      sum_channels(rows, chunk_weights, count, partial.channel_sums, first);
    } else {
      pack(f, shift, column_tile * kTile, position, count, columns);
      if (chunk_weights != nullptr) weigh(columns, chunk_weights, count);
    }
    const float* b = diagonal ? rows : columns;
    for (std::size_t c = 0; c < kTile; c += kColumns) {
      // On the diagonal, rows above the first column hold nothing of the lower triangle.
      for (std::size_t r = diagonal ? c : 0; r < kTile; r += kRows) {
        multiply(rows + block_start(r), b + block_start(c), count, partial.product + r * kTile + c,
                 first);
      }
    }
  }
}

void SymmetricProduct::add(const Tensor& f, std::span<const float> shift,
                           const PositionWeights& weights, std::span<double> product,
                           std::span<double> channel_sums) {
  const auto channels = static_cast<std::size_t>(f.shape.channels);
  const std::size_t positions = f.shape.positions();
  const std::size_t side = (channels + kTile - 1) / kTile;
  const std::size_t tiles = side * (side + 1) / 2;
  const std::size_t chunks = (positions + kChunk - 1) / kChunk;
  const std::size_t groups =
      std::clamp((kTasksWanted + tiles - 1) / tiles, std::size_t{1}, (chunks + 3) / 4);

  struct Tile {
    std::size_t row, column;
  };
  std::vector<Tile> order;
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column <= row; ++column) order.push_back({row, column});
  }
  partials_.resize(tiles * groups);

#pragma omp parallel for collapse(2) schedule(dynamic)
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    for (std::size_t group = 0; group < groups; ++group) {
      const std::size_t begin = group * chunks / groups * kChunk;
      const std::size_t end = std::min(positions, (group + 1) * chunks / groups * kChunk);
      run_task(f, shift, weights.values, order[tile].row, order[tile].column, begin, end,
               partials_[tile * groups + group]);
    }
  }

#pragma omp parallel for schedule(dynamic)
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    const std::size_t row0 = order[tile].row * kTile;
    const std::size_t column0 = order[tile].column * kTile;
    const bool diagonal = row0 == column0;
    const std::size_t rows = std::min(kTile, channels - row0);
    const std::size_t columns = std::min(kTile, channels - column0);
    for (std::size_t group = 0; group < groups; ++group) {
      const Partial& partial = partials_[tile * groups + group];
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < (diagonal ? r + 1 : columns); ++c) {
          product[(row0 + r) * channels + column0 + c] += partial.product[r * kTile + c];
        }
        if (diagonal) channel_sums[row0 + r] += partial.channel_sums[r];
      }
    }
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < (diagonal ? r : columns); ++c) {
        product[(column0 + c) * channels + row0 + r] = product[(row0 + r) * channels + column0 + c];
      }
    }
  }
}

}  // namespace vggstyle::cpu

#include <array>
#include <cstring>

#include "tests/simt/instructions/float_formats.h"
#include "tests/simt/instructions/fragments.h"
#include "tests/simt/instructions/warp_operations.h"

#define VGGSTYLE_PLACE __builtin_return_address(0)

/// ldmatrix and mma.sync: executed once a warp, by the last lane that comes.
namespace vggstyle::simt {
namespace {

constexpr unsigned kWholeWarp = 0xFFFFFFFF;

void require_capability(const Lane& lane, int capability, const void* place) {
  if (lane.block->launch->limits->capability >= capability) return;
  current.worker->fail({.kind = ErrorKind::kUnsupported,
                        .what = capability == 80
                                    ? "this instruction needs a card of capability 8.0"
                                    : "this instruction needs a card of capability 7.5",
                        .lane = &lane,
                        .place = place});
}

void execute_ldmatrix(Warp& warp, int count, bool transposed) {
  Worker& worker = *current.worker;
  Memory& shared = worker.shared();
  std::uint16_t matrix[4][8][8] = {};
  for (int i = 0; i < count; ++i) {
    Access rows[32] = {};
    for (int r = 0; r < 8; ++r) {
      Lane& giver = warp.lanes[8 * i + r];
      const auto address = reinterpret_cast<std::uintptr_t>(giver.row);
      if (!shared.contains(address) || address % 16 != 0) {
        worker.fail({.kind = address % 16 != 0 ? ErrorKind::kMisaligned : ErrorKind::kOutOfBounds,
                     .what = "a row of ldmatrix is 16 bytes of shared memory, aligned to 16",
                     .lane = &giver,
                     .place = giver.place,
                     .address = address,
                     .bytes = 16});
      }
      check_in_memory(shared, giver, address, 16, false, giver.place);
      std::memcpy(matrix[i][r], giver.row, 16);
      rows[r] = {address, 16};
    }
    if (warp.lanes->block->launch->checks == Checks::kCount) {
      const HarnessScope scope;
      worker.count(warp.lanes->place, 0, rows);
    }
  }
  for (int l = 0; l < 32; ++l) {
    std::uint32_t r[4] = {};
    for (int i = 0; i < count; ++i) {
      for (int half = 0; half < 2; ++half) {
        const Element e = ldmatrix_element(l, half);
        const std::uint32_t bits =
            transposed ? matrix[i][e.column][e.row] : matrix[i][e.row][e.column];
        r[i] |= bits << 16 * half;
      }
    }
    warp.lanes[l].loaded = {r[0], r[1], r[2], r[3]};
  }
}

/// Where each element of each lane lies in its matrix, as one number: row * columns + column.
template <int Elements, int Columns>
constexpr auto positions(Element (*map)(int, int)) {
  std::array<std::array<std::uint16_t, 32>, Elements> table{};
  for (int i = 0; i < Elements; ++i) {
    for (int l = 0; l < 32; ++l) {
      const Element e = map(l, i);
      table[static_cast<std::size_t>(i)][static_cast<std::size_t>(l)] =
          static_cast<std::uint16_t>(e.row * Columns + e.column);
    }
  }
  return table;
}

constexpr auto kA16 = positions<8, 16>(mma_16_a);
constexpr auto kB16 = positions<4, 8>(mma_16_b);
constexpr auto kA8 = positions<4, 8>(mma_8_a);
constexpr auto kB8 = positions<2, 8>(mma_8_b);
constexpr auto kD = positions<4, 8>(mma_d);

/// Registers of two 16-bit elements to a matrix of float32.
template <float (*Value)(std::uint16_t), std::size_t Elements>
void unpack_pairs(const std::uint32_t (*registers)[32],
                  const std::array<std::array<std::uint16_t, 32>, Elements>& where, float* matrix) {
  for (std::size_t i = 0; i < Elements; ++i) {
    for (std::size_t l = 0; l < 32; ++l) {
      matrix[where[i][l]] = Value(static_cast<std::uint16_t>(registers[i / 2][l] >> 16 * (i % 2)));
    }
  }
}

template <std::size_t Elements>
void unpack_tf32(const std::uint32_t (*registers)[32],
                 const std::array<std::array<std::uint16_t, 32>, Elements>& where, float* matrix) {
  for (std::size_t i = 0; i < Elements; ++i) {
    for (std::size_t l = 0; l < 32; ++l) matrix[where[i][l]] = tf32_value(registers[i][l]);
  }
}

/// d += a b, where a product is exact in float32 and sums are float32 in the order of k. The order
/// and the rounding of a tensor core's sums are not documented; no test may depend on them.
template <int K>
void multiply(const float* a, const float* b, MmaRegisters& registers) {
  float d[16][8];
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t l = 0; l < 32; ++l) d[kD[i][l] / 8][kD[i][l] % 8] = registers.d[i][l];
  }
  for (int row = 0; row < 16; ++row) {
    float sum[8];
    std::memcpy(sum, d[row], sizeof sum);
    for (int k = 0; k < K; ++k) {
      for (int column = 0; column < 8; ++column) sum[column] += a[row * K + k] * b[k * 8 + column];
    }
    std::memcpy(d[row], sum, sizeof sum);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t l = 0; l < 32; ++l) registers.d[i][l] = d[kD[i][l] / 8][kD[i][l] % 8];
  }
}

void execute_mma(WarpOperation operation, MmaRegisters& registers) {
  alignas(64) float a[16 * 16], b[16 * 8];
  switch (operation) {
    case WarpOperation::kMmaF16:
      unpack_pairs<half_value>(registers.a, kA16, a);
      unpack_pairs<half_value>(registers.b, kB16, b);
      multiply<16>(a, b, registers);
      break;
    case WarpOperation::kMmaBf16:
      unpack_pairs<bfloat_value>(registers.a, kA16, a);
      unpack_pairs<bfloat_value>(registers.b, kB16, b);
      multiply<16>(a, b, registers);
      break;
    default:
      unpack_tf32(registers.a, kA8, a);
      unpack_tf32(registers.b, kB8, b);
      multiply<8>(a, b, registers);
      break;
  }
}

MmaResult mma(WarpOperation operation, const void* place, const float (&d)[4],
              const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  Lane& lane = running_lane();
  require_capability(lane, 80, place);
  MmaRegisters& registers = lane.warp->mma;
  const unsigned l = lane.lane;
  for (std::size_t i = 0; i < 4; ++i) registers.d[i][l] = d[i];
  for (std::size_t i = 0; i < 4; ++i) registers.a[i][l] = a[i];
  for (std::size_t i = 0; i < 2; ++i) registers.b[i][l] = b[i];
  meet(lane, operation, 0, kWholeWarp, true, place,
       [operation](Warp& warp) { execute_mma(operation, warp.mma); });
  return {{registers.d[0][l], registers.d[1][l], registers.d[2][l], registers.d[3][l]}};
}

}  // namespace

uint4 ldmatrix(int count, bool transposed, const void* row) {
  Lane& lane = running_lane();
  require_capability(lane, 75, VGGSTYLE_PLACE);
  lane.row = row;
  meet(lane, WarpOperation::kLdmatrix, static_cast<unsigned>(2 * count + (transposed ? 1 : 0)),
       kWholeWarp, true, VGGSTYLE_PLACE,
       [count, transposed](Warp& warp) { execute_ldmatrix(warp, count, transposed); });
  return lane.loaded;
}

MmaResult mma_f16(float d0, float d1, float d2, float d3, std::uint32_t a0, std::uint32_t a1,
                  std::uint32_t a2, std::uint32_t a3, std::uint32_t b0, std::uint32_t b1) {
  return mma(WarpOperation::kMmaF16, VGGSTYLE_PLACE, {d0, d1, d2, d3}, {a0, a1, a2, a3}, {b0, b1});
}
MmaResult mma_bf16(float d0, float d1, float d2, float d3, std::uint32_t a0, std::uint32_t a1,
                   std::uint32_t a2, std::uint32_t a3, std::uint32_t b0, std::uint32_t b1) {
  return mma(WarpOperation::kMmaBf16, VGGSTYLE_PLACE, {d0, d1, d2, d3}, {a0, a1, a2, a3}, {b0, b1});
}
MmaResult mma_tf32(float d0, float d1, float d2, float d3, std::uint32_t a0, std::uint32_t a1,
                   std::uint32_t a2, std::uint32_t a3, std::uint32_t b0, std::uint32_t b1) {
  return mma(WarpOperation::kMmaTf32, VGGSTYLE_PLACE, {d0, d1, d2, d3}, {a0, a1, a2, a3}, {b0, b1});
}

}  // namespace vggstyle::simt

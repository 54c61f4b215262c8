#include <doctest/doctest.h>

#include <random>
#include <sstream>
#include <string>

#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/ptx.h"
#include "tests/simt/checks/matrix_tables.h"
#include "tests/simt/checks/test_kernels.h"
#include "tests/simt/instructions/fragments.h"

/// ldmatrix, mma.sync and cp.async: the fragment maps against the documentation's figures, and the
/// instructions against plain loops that use those figures only.
namespace vggstyle::cuda {
namespace {

using simt::downloaded;
using simt::Element;
using simt::uploaded;

/// A figure, read: for element (row, column) the lane, and which of its elements.
struct Figure {
  template <std::size_t Rows>
  explicit Figure(const char* const (&rows)[Rows]) {
    for (const char* row : rows) {
      std::istringstream words(row);
      for (std::string word; words >> word;) {
        const std::size_t dot = word.find('.');
        cells.push_back({std::stoi(word.substr(0, dot)), std::stoi(word.substr(dot + 1))});
      }
    }
    columns = static_cast<int>(cells.size() / Rows);
  }
  struct Cell {
    int lane, element;
  };
  const Cell& at(int row, int column) const {
    return cells[static_cast<std::size_t>(row * columns + column)];
  }
  int rows() const { return static_cast<int>(cells.size()) / columns; }

  int columns = 0;
  std::vector<Cell> cells;
};

template <std::size_t Rows>
void check_map(const char* const (&figure_rows)[Rows], Element (*map)(int, int)) {
  const Figure figure(figure_rows);
  for (int row = 0; row < figure.rows(); ++row) {
    for (int column = 0; column < figure.columns; ++column) {
      const Figure::Cell& cell = figure.at(row, column);
      CHECK(map(cell.lane, cell.element) == Element{row, column});
    }
  }
}

TEST_CASE("fragment maps are those of the documentation's figures") {
  check_map(simt::kFigureA16, simt::mma_16_a);
  check_map(simt::kFigureB16, simt::mma_16_b);
  check_map(simt::kFigureA8, simt::mma_8_a);
  check_map(simt::kFigureB8, simt::mma_8_b);
  check_map(simt::kFigureD, simt::mma_d);
  check_map(simt::kFigureLdmatrix, simt::ldmatrix_element);
}

enum class Format { kHalf, kBfloat, kTf32 };

template <Format F>
__global__ void multiply(const std::uint32_t* a, const std::uint32_t* b, float* d) {
  const unsigned t = threadIdx.x, warp = t / 32, l = t % 32;
  std::uint32_t ra[4], rb[2];
  float rd[4];
  for (unsigned i = 0; i < 4; ++i) ra[i] = a[warp * 128 + l * 4 + i];
  for (unsigned i = 0; i < 2; ++i) rb[i] = b[warp * 64 + l * 2 + i];
  for (unsigned i = 0; i < 4; ++i) rd[i] = d[warp * 128 + l * 4 + i];
  if constexpr (F == Format::kHalf) mma_m16n8k16_f16(rd, ra, rb);
  if constexpr (F == Format::kBfloat) mma_m16n8k16_bf16(rd, ra, rb);
  if constexpr (F == Format::kTf32) mma_m16n8k8_tf32(rd, ra, rb);
  for (unsigned i = 0; i < 4; ++i) d[warp * 128 + l * 4 + i] = rd[i];
}

std::uint16_t to_bits(Format format, float v) {
  return format == Format::kHalf ? __half_as_ushort(__float2half_rn(v))
                                 : __bfloat16_as_ushort(__float2bfloat16_rn(v));
}

/// The product of matrices of small integers, whose sums are exact in any order, placed and fetched
/// by the figures. `noise` fills the bits of tf32 that must be ignored.
template <Format F, std::size_t RowsA, std::size_t RowsB>
void check_product(const char* const (&figure_a)[RowsA], const char* const (&figure_b)[RowsB],
                   std::uint32_t noise) {
  constexpr int kWarps = 3;
  const Figure fa(figure_a), fb(figure_b), fd(simt::kFigureD);
  const int depth = fa.columns;
  std::mt19937 generator(7);
  std::vector<float> a(kWarps * 16 * 16), b(kWarps * 16 * 8), d(kWarps * 16 * 8);
  for (auto* m : {&a, &b, &d}) {
    for (float& v : *m) v = static_cast<float>(generator() % 17) - 8;
  }
  std::vector<std::uint32_t> ra(kWarps * 128), rb(kWarps * 64);
  std::vector<float> rd(kWarps * 128);
  const auto index = [](int i) { return static_cast<std::size_t>(i); };
  const auto place = [&](std::vector<std::uint32_t>& registers, int first, int per_lane,
                         const Figure::Cell& cell, float v) {
    if constexpr (F == Format::kTf32) {
      registers[index(first + cell.lane * per_lane + cell.element)] = __float_as_uint(v) | noise;
    } else {
      registers[index(first + cell.lane * per_lane + cell.element / 2)] |=
          static_cast<std::uint32_t>(to_bits(F, v)) << 16 * (cell.element % 2);
    }
  };
  for (int w = 0; w < kWarps; ++w) {
    for (int r = 0; r < 16; ++r) {
      for (int k = 0; k < depth; ++k)
        place(ra, w * 128, 4, fa.at(r, k), a[index((w * 16 + r) * 16 + k)]);
      for (int c = 0; c < 8; ++c) {
        rd[index(w * 128 + fd.at(r, c).lane * 4 + fd.at(r, c).element)] =
            d[index((w * 16 + r) * 8 + c)];
      }
    }
    for (int k = 0; k < depth; ++k) {
      for (int c = 0; c < 8; ++c) place(rb, w * 64, 2, fb.at(k, c), b[index((w * 16 + k) * 8 + c)]);
    }
  }
  const auto device = simt::make_simt_device();
  const Buffer da = uploaded(*device, ra), db = uploaded(*device, rb), dd = uploaded(*device, rd);
  launch(*device, "multiply", multiply<F>, {1, 32 * kWarps}, da.as<std::uint32_t>(),
         db.as<std::uint32_t>(), dd.as<float>());
  const std::vector<float> out = downloaded<float>(*device, dd);
  for (int w = 0; w < kWarps; ++w) {
    for (int r = 0; r < 16; ++r) {
      for (int c = 0; c < 8; ++c) {
        float sum = d[index((w * 16 + r) * 8 + c)];
        for (int k = 0; k < depth; ++k) {
          sum += a[index((w * 16 + r) * 16 + k)] * b[index((w * 16 + k) * 8 + c)];
        }
        CHECK(out[index(w * 128 + fd.at(r, c).lane * 4 + fd.at(r, c).element)] == sum);
      }
    }
  }
}

TEST_CASE("mma.sync multiplies") {
  SUBCASE("m16n8k16 f16") {
    check_product<Format::kHalf>(simt::kFigureA16, simt::kFigureB16, 0);
  }
  SUBCASE("m16n8k16 bf16") {
    check_product<Format::kBfloat>(simt::kFigureA16, simt::kFigureB16, 0);
  }
  SUBCASE("m16n8k8 tf32") {
    check_product<Format::kTf32>(simt::kFigureA8, simt::kFigureB8, 0);
  }
  SUBCASE("m16n8k8 tf32 ignores the low 13 bits") {
    check_product<Format::kTf32>(simt::kFigureA8, simt::kFigureB8, 0x1FFF);
  }
}

struct Matrices {
  std::uint16_t values[4][8][8];
};

template <int Count, bool Transposed>
__global__ void load_matrices(std::uint32_t* out) {
  Matrices& s = dynamic_shared<Matrices>();
  const unsigned t = threadIdx.x;
  for (unsigned i = t; i < 256; i += 32) {
    s.values[i / 64][i / 8 % 8][i % 8] = static_cast<std::uint16_t>(i);
  }
  __syncthreads();
  // Lanes beyond the matrices give addresses that nobody looks at.
  const void* row = t < Count * 8 ? s.values[t / 8][t % 8] : nullptr;
  std::uint32_t r[Count];
  if constexpr (Count == 1) (Transposed ? ldmatrix_x1_trans : ldmatrix_x1)(r, row);
  if constexpr (Count == 2) (Transposed ? ldmatrix_x2_trans : ldmatrix_x2)(r, row);
  if constexpr (Count == 4) (Transposed ? ldmatrix_x4_trans : ldmatrix_x4)(r, row);
  for (int i = 0; i < Count; ++i) out[i * 32 + static_cast<int>(t)] = r[i];
}

template <int Count, bool Transposed>
void check_ldmatrix() {
  const Figure figure(simt::kFigureLdmatrix);
  const auto device = simt::make_simt_device();
  const Buffer to(*device, Count * 32 * 4);
  launch(*device, "load_matrices", load_matrices<Count, Transposed>, {1, 32, sizeof(Matrices)},
         to.as<std::uint32_t>());
  const auto out = downloaded<std::uint32_t>(*device, to);
  for (int i = 0; i < Count; ++i) {
    for (int r = 0; r < 8; ++r) {
      for (int c = 0; c < 8; ++c) {
        const Figure::Cell& cell = Transposed ? figure.at(c, r) : figure.at(r, c);
        const std::uint32_t bits = out[static_cast<std::size_t>(i * 32 + cell.lane)];
        CHECK((bits >> 16 * cell.element & 0xFFFF) ==
              static_cast<std::uint32_t>(i * 64 + r * 8 + c));
      }
    }
  }
}

TEST_CASE("ldmatrix loads 1, 2 and 4 matrices, plain and transposed") {
  check_ldmatrix<1, false>();
  check_ldmatrix<1, true>();
  check_ldmatrix<2, false>();
  check_ldmatrix<2, true>();
  check_ldmatrix<4, false>();
  check_ldmatrix<4, true>();
}

struct Bytes {
  alignas(16) unsigned char values[64][16];
};

template <int Size>
__global__ void copy_partly(const unsigned char* in, unsigned char* out) {
  Bytes& s = dynamic_shared<Bytes>();
  const unsigned t = threadIdx.x;
  for (int i = Size; i < 16; ++i) s.values[t][i] = 99;
  cp_async<Size>(s.values[t], in + t * 16, static_cast<int>(t) % (Size + 1));
  cp_async_commit();
  cp_async_wait<0>();
  __syncthreads();
  for (int i = 0; i < 16; ++i) out[(63 - t) * 16 + static_cast<unsigned>(i)] = s.values[63 - t][i];
}

template <int Size>
void check_copy() {
  const auto device = simt::make_simt_device();
  std::vector<unsigned char> values(64 * 16);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<unsigned char>(i % 251 + 1);
  const Buffer from = uploaded(*device, values), to(*device, values.size());
  launch(*device, "copy_partly", copy_partly<Size>, {1, 64, sizeof(Bytes)},
         from.as<unsigned char>(), to.as<unsigned char>());
  const auto out = downloaded<unsigned char>(*device, to);
  for (std::size_t t = 0; t < 64; ++t) {
    for (std::size_t i = 0; i < 16; ++i) {
      const int expected = i >= Size ? 99 : i < t % (Size + 1) ? values[t * 16 + i] : 0;
      CHECK(int{out[t * 16 + i]} == expected);
    }
  }
}

TEST_CASE("cp.async copies 4, 8 and 16 bytes and fills up with zeros") {
  check_copy<4>();
  check_copy<8>();
  check_copy<16>();
}

struct Stages {
  unsigned values[3][32];
};

__global__ void pipeline(const unsigned* in, unsigned* out, int turns) {
  Stages& s = dynamic_shared<Stages>();
  const unsigned t = threadIdx.x;
  const auto fetch = [&](int turn) {
    if (turn < turns) cp_async<4>(&s.values[turn % 3][t], in + turn * 32 + static_cast<int>(t), 4);
    cp_async_commit();
  };
  fetch(0);
  fetch(1);
  unsigned sum = 0;
  for (int turn = 0; turn < turns; ++turn) {
    cp_async_wait<1>();
    __syncthreads();
    sum = 3 * sum + s.values[turn % 3][31 - t];
    fetch(turn + 2);
  }
  out[t] = sum;
}

TEST_CASE("a pipeline of cp.async in three stages") {
  std::vector<unsigned> values(32 * 9);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<unsigned>(i * i);
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    const auto device = simt::make_simt_device({.seed = seed});
    const Buffer from = uploaded(*device, values), to(*device, 128);
    launch(*device, "pipeline", pipeline, {1, 32, sizeof(Stages)}, from.as<unsigned>(),
           to.as<unsigned>(), 9);
    const auto out = downloaded<unsigned>(*device, to);
    for (std::size_t t = 0; t < 32; ++t) {
      unsigned sum = 0;
      for (std::size_t turn = 0; turn < 9; ++turn) sum = 3 * sum + values[turn * 32 + 31 - t];
      CHECK(out[t] == sum);
    }
  }
}

__global__ void round_to_tf32(const float* in, std::uint32_t* out) {
  out[threadIdx.x] = to_tf32(in[threadIdx.x]);
}

TEST_CASE("to_tf32 rounds to nearest, ties away from zero") {
  const auto device = simt::make_simt_device();
  const std::vector<float> values = {1.0F,          1 + 0x1p-11F, 1 + 0x1.8p-12F, -1 - 0x1p-11F,
                                     0x1.FFFFFEp0F, 0x1p-149F,    1 + 0x3p-11F};
  const std::vector<float> expected = {1.0F, 1 + 0x1p-10F, 1.0F,       -1 - 0x1p-10F,
                                       2.0F, 0.0F,         1 + 0x1p-9F};
  const Buffer from = uploaded(*device, values), to(*device, values.size() * 4);
  launch(*device, "round_to_tf32", round_to_tf32, {1, static_cast<unsigned>(values.size())},
         from.as<float>(), to.as<std::uint32_t>());
  CHECK(downloaded<float>(*device, to) == expected);
}

__global__ void move_wide(unsigned* words) {
  const unsigned t = threadIdx.x;
  store16(words + 32 + 4 * t, load16(words + 4 * t));
  const float4 f = load16f(words + 4 * t);
  store16f(words + 64 + 4 * t, make_float4(f.w, f.z, f.y, f.x));
  store8(words + 96 + 2 * t, load8(words + 2 * t));
}

TEST_CASE("wide loads and stores") {
  const auto device = simt::make_simt_device();
  std::vector<unsigned> values(112, 0);
  for (unsigned i = 0; i < 32; ++i) values[i] = i + 1;
  const Buffer words = uploaded(*device, values);
  launch(*device, "move_wide", move_wide, {1, 8}, words.as<unsigned>());
  const auto out = downloaded<unsigned>(*device, words);
  for (std::size_t i = 0; i < 32; ++i) {
    CHECK(out[32 + i] == i + 1);
    CHECK(out[64 + i] == (i ^ 3) + 1);
    if (i < 16) CHECK(out[96 + i] == i + 1);
  }
}

}  // namespace
}  // namespace vggstyle::cuda

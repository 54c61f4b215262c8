#pragma once

/// Which element of a matrix lies in which register of which lane. Source: PTX ISA, "Matrix
/// fragments for mma.m16n8k16 with floating point type", "... for mma.m16n8k8" (.tf32) and
/// "Warp-level matrix load instruction: ldmatrix". tests/simt/fragments_test.cpp compares them with
/// tables.
namespace vggstyle::simt {

struct Element {
  int row, column;
  bool operator==(const Element&) const = default;
};

/// m16n8k16, A (16 x 16), element i = 0..7 of a lane: register i / 2, its lower half first.
constexpr Element mma_16_a(int lane, int i) {
  const int group = lane / 4, pair = lane % 4 * 2;
  const bool lower = i / 2 % 2 == 1;  // rows 8..15: a2, a3, a6, a7
  return {group + (lower ? 8 : 0), pair + i % 2 + (i >= 4 ? 8 : 0)};
}
/// m16n8k16, B (16 x 8), element i = 0..3.
constexpr Element mma_16_b(int lane, int i) {
  return {lane % 4 * 2 + i % 2 + (i >= 2 ? 8 : 0), lane / 4};
}
/// m16n8k8 tf32, A (16 x 8), register i = 0..3.
constexpr Element mma_8_a(int lane, int i) {
  return {lane / 4 + (i % 2 == 1 ? 8 : 0), lane % 4 + (i >= 2 ? 4 : 0)};
}
/// m16n8k8 tf32, B (8 x 8), register i = 0, 1.
constexpr Element mma_8_b(int lane, int i) {
  return {lane % 4 + (i == 1 ? 4 : 0), lane / 4};
}
/// The sums of both (16 x 8), register i = 0..3.
constexpr Element mma_d(int lane, int i) {
  return {lane / 4 + (i >= 2 ? 8 : 0), lane % 4 * 2 + i % 2};
}
/// ldmatrix, one 8 x 8 matrix, element i = 0, 1 of a lane's register, lower half first.
constexpr Element ldmatrix_element(int lane, int i) {
  return {lane / 4, lane % 4 * 2 + i};
}

}  // namespace vggstyle::simt

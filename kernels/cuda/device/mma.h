#pragma once

#include "kernels/cuda/device/number.h"

/// What tensor cores multiply, one struct a precision: the element as stored, what is done to it
/// in a register before the product, and the instruction.
namespace vggstyle::cuda {

/// Bytes of a shared-memory access by ldmatrix or cp.async: a row of a fragment.
constexpr int kSlotBytes = 16;

/// Tensor cores take two 16-bit or one 32-bit element a register: the fragments are the same bytes
/// for all of them, 32 a row and k-step (tests/simt/ has the maps).
struct Float16Mma {
  using Element = __half;
  static constexpr bool kSplit = false;
  __device__ static std::uint32_t input(std::uint32_t bits) { return bits; }
  __device__ static void mma(float (&d)[4], const std::uint32_t (&a)[4],
                             const std::uint32_t (&b)[2]) {
    mma_m16n8k16_f16(d, a, b);
  }
};
struct Bfloat16Mma {
  using Element = __nv_bfloat16;
  static constexpr bool kSplit = false;
  __device__ static std::uint32_t input(std::uint32_t bits) { return bits; }
  __device__ static void mma(float (&d)[4], const std::uint32_t (&a)[4],
                             const std::uint32_t (&b)[2]) {
    mma_m16n8k16_bf16(d, a, b);
  }
};
struct Tf32Mma {
  using Element = Tf32;
  static constexpr bool kSplit = false;
  __device__ static std::uint32_t input(std::uint32_t bits) { return bits; }
  __device__ static void mma(float (&d)[4], const std::uint32_t (&a)[4],
                             const std::uint32_t (&b)[2]) {
    mma_m16n8k8_tf32(d, a, b);
  }
};
/// x = high + low, both tf32: three products keep 21 bits of each factor; low x low is dropped.
struct SplitTf32Mma {
  using Element = float;
  static constexpr bool kSplit = true;
  __device__ static std::uint32_t input(std::uint32_t bits) {
    return to_tf32(__uint_as_float(bits));
  }
  __device__ static void mma(float (&d)[4], const std::uint32_t (&a)[4],
                             const std::uint32_t (&b)[2]) {
    mma_m16n8k8_tf32(d, a, b);
  }
  __device__ static std::uint32_t low(std::uint32_t bits, std::uint32_t high) {
    return to_tf32(__uint_as_float(bits) - __uint_as_float(high));
  }
};

}  // namespace vggstyle::cuda

#pragma once

#include "kernels/cuda/device/number.h"

/// What tensor cores multiply, one struct a precision: the element as stored, and d += A B.
namespace vggstyle::cuda {

/// Bytes of a shared-memory access by ldmatrix or cp.async: a row of a fragment.
constexpr int kSlotBytes = 16;

/// Tensor cores take two 16-bit or one 32-bit element a register: the fragments are the same bytes
/// for all of them, 32 a row and k-step (tests/simt/ has the maps).
struct Float16Mma {
  using Element = __half;
  static constexpr bool kSplit = false;
  __device__ static void mma(float (&d)[4], const std::uint32_t (&a)[4],
                             const std::uint32_t (&b)[2]) {
    mma_m16n8k16_f16(d, a, b);
  }
};
struct Bfloat16Mma {
  using Element = __nv_bfloat16;
  static constexpr bool kSplit = false;
  __device__ static void mma(float (&d)[4], const std::uint32_t (&a)[4],
                             const std::uint32_t (&b)[2]) {
    mma_m16n8k16_bf16(d, a, b);
  }
};
struct Tf32Mma {
  using Element = Tf32;
  static constexpr bool kSplit = false;
  __device__ static void mma(float (&d)[4], const std::uint32_t (&a)[4],
                             const std::uint32_t (&b)[2]) {
    mma_m16n8k8_tf32(d, a, b);
  }
};
/// x = high + low, both tf32: three products keep 21 bits of each factor; low x low is dropped.
/// Tensor cores cut off what does not fit when they add: a long chain of products would drift by
/// 3e-5 at K = 4608. So each three have sums of their own.
struct SplitTf32Mma {
  using Element = float;
  static constexpr bool kSplit = true;
  __device__ static void mma(float (&d)[4], const std::uint32_t (&a)[4],
                             const std::uint32_t (&b)[2]) {
    std::uint32_t a_high[4], a_low[4], b_high[2], b_low[2];
    split(a, a_high, a_low);
    split(b, b_high, b_low);
    float three[4] = {};
    mma_m16n8k8_tf32(three, a_low, b_high);
    mma_m16n8k8_tf32(three, a_high, b_low);
    mma_m16n8k8_tf32(three, a_high, b_high);
#pragma unroll
    for (int i = 0; i < 4; ++i) d[i] += three[i];
  }

 private:
  template <int N>
  __device__ static void split(const std::uint32_t (&bits)[N], std::uint32_t (&high)[N],
                               std::uint32_t (&low)[N]) {
#pragma unroll
    for (int i = 0; i < N; ++i) {
      high[i] = to_tf32(__uint_as_float(bits[i]));
      low[i] = to_tf32(__uint_as_float(bits[i]) - __uint_as_float(high[i]));
    }
  }
};

}  // namespace vggstyle::cuda

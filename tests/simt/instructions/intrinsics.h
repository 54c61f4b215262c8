#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "tests/simt/machine/harness.h"

/// CUDA C++'s built-in functions and variables, as far as kernels use them (CUDA C++ Programming
/// Guide, "C++ Language Extensions").

#define __global__
#define __grid_constant__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
// No __noinline__: libstdc++ uses that word inside of attributes. Write __attribute__((noinline)).
#define __launch_bounds__(...)
#define __align__(n) alignas(n)

#define threadIdx (::vggstyle::simt::thread_index())
#define blockIdx (::vggstyle::simt::block_index())
#define blockDim (::vggstyle::simt::block_dim())
#define gridDim (::vggstyle::simt::grid_dim())
constexpr int warpSize = 32;

inline void __syncthreads() {
  vggstyle::simt::barrier(vggstyle::simt::BarrierKind::kPlain, 0);
}
inline int __syncthreads_count(int predicate) {
  return vggstyle::simt::barrier(vggstyle::simt::BarrierKind::kCount, predicate);
}
inline int __syncthreads_and(int predicate) {
  return vggstyle::simt::barrier(vggstyle::simt::BarrierKind::kAnd, predicate);
}
inline int __syncthreads_or(int predicate) {
  return vggstyle::simt::barrier(vggstyle::simt::BarrierKind::kOr, predicate);
}
inline void __syncwarp(unsigned mask = 0xFFFFFFFF) {
  vggstyle::simt::sync_warp(mask);
}
// Memory is sequentially consistent here, and fences order nothing that the race checks look at.
inline void __threadfence() {}
inline void __threadfence_block() {}

namespace vggstyle::simt {

template <typename T>
T shuffle_value(ShuffleKind kind, unsigned mask, T value, int operand, int width) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "shuffles take 4 or 8 bytes");
  std::uint64_t bits = 0;
  if constexpr (sizeof(T) == 4) {
    bits = std::bit_cast<std::uint32_t>(value);
    return std::bit_cast<T>(static_cast<std::uint32_t>(shuffle(kind, mask, bits, operand, width)));
  } else {
    bits = std::bit_cast<std::uint64_t>(value);
    return std::bit_cast<T>(shuffle(kind, mask, bits, operand, width));
  }
}

}  // namespace vggstyle::simt

template <typename T>
T __shfl_sync(unsigned mask, T value, int lane, int width = 32) {
  return vggstyle::simt::shuffle_value(vggstyle::simt::ShuffleKind::kIndex, mask, value, lane,
                                       width);
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return vggstyle::simt::shuffle_value(vggstyle::simt::ShuffleKind::kUp, mask, value,
                                       static_cast<int>(delta), width);
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return vggstyle::simt::shuffle_value(vggstyle::simt::ShuffleKind::kDown, mask, value,
                                       static_cast<int>(delta), width);
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32) {
  return vggstyle::simt::shuffle_value(vggstyle::simt::ShuffleKind::kXor, mask, value, lanes,
                                       width);
}

inline unsigned __ballot_sync(unsigned mask, int predicate) {
  return vggstyle::simt::vote(vggstyle::simt::VoteKind::kBallot, mask, predicate);
}
inline int __any_sync(unsigned mask, int predicate) {
  return static_cast<int>(vggstyle::simt::vote(vggstyle::simt::VoteKind::kAny, mask, predicate));
}
inline int __all_sync(unsigned mask, int predicate) {
  return static_cast<int>(vggstyle::simt::vote(vggstyle::simt::VoteKind::kAll, mask, predicate));
}
inline unsigned __activemask() {
  return vggstyle::simt::active_mask();
}
template <typename T>
unsigned __match_any_sync(unsigned mask, T value) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "matches take 4 or 8 bytes");
  if constexpr (sizeof(T) == 4) {
    return vggstyle::simt::match_any(mask, std::bit_cast<std::uint32_t>(value));
  } else {
    return vggstyle::simt::match_any(mask, std::bit_cast<std::uint64_t>(value));
  }
}

inline unsigned __reduce_add_sync(unsigned mask, unsigned v) {
  return vggstyle::simt::reduce(vggstyle::simt::ReduceKind::kAdd, mask, v);
}
inline int __reduce_add_sync(unsigned mask, int v) {
  return static_cast<int>(
      vggstyle::simt::reduce(vggstyle::simt::ReduceKind::kAdd, mask, static_cast<unsigned>(v)));
}
inline unsigned __reduce_min_sync(unsigned mask, unsigned v) {
  return vggstyle::simt::reduce(vggstyle::simt::ReduceKind::kMin, mask, v);
}
inline int __reduce_min_sync(unsigned mask, int v) {
  return static_cast<int>(vggstyle::simt::reduce(vggstyle::simt::ReduceKind::kMinSigned, mask,
                                                 static_cast<unsigned>(v)));
}
inline unsigned __reduce_max_sync(unsigned mask, unsigned v) {
  return vggstyle::simt::reduce(vggstyle::simt::ReduceKind::kMax, mask, v);
}
inline int __reduce_max_sync(unsigned mask, int v) {
  return static_cast<int>(vggstyle::simt::reduce(vggstyle::simt::ReduceKind::kMaxSigned, mask,
                                                 static_cast<unsigned>(v)));
}
inline unsigned __reduce_and_sync(unsigned mask, unsigned v) {
  return vggstyle::simt::reduce(vggstyle::simt::ReduceKind::kAnd, mask, v);
}
inline unsigned __reduce_or_sync(unsigned mask, unsigned v) {
  return vggstyle::simt::reduce(vggstyle::simt::ReduceKind::kOr, mask, v);
}
inline unsigned __reduce_xor_sync(unsigned mask, unsigned v) {
  return vggstyle::simt::reduce(vggstyle::simt::ReduceKind::kXor, mask, v);
}

template <typename T>
T atomicAdd(T* address, T value) {
  return vggstyle::simt::atomic(vggstyle::simt::AtomicKind::kAdd, address, value);
}
template <typename T>
T atomicMin(T* address, T value) {
  return vggstyle::simt::atomic(vggstyle::simt::AtomicKind::kMin, address, value);
}
template <typename T>
T atomicMax(T* address, T value) {
  return vggstyle::simt::atomic(vggstyle::simt::AtomicKind::kMax, address, value);
}
template <typename T>
T atomicExch(T* address, T value) {
  return vggstyle::simt::atomic(vggstyle::simt::AtomicKind::kExchange, address, value);
}
template <typename T>
T atomicAnd(T* address, T value) {
  return vggstyle::simt::atomic(vggstyle::simt::AtomicKind::kAnd, address, value);
}
template <typename T>
T atomicOr(T* address, T value) {
  return vggstyle::simt::atomic(vggstyle::simt::AtomicKind::kOr, address, value);
}
template <typename T>
T atomicCAS(T* address, T compare, T value) {
  return vggstyle::simt::atomic_cas(address, compare, value);
}

template <typename T>
T __ldg(const T* p) {
  return *p;
}

constexpr int min(int a, int b) {
  return a < b ? a : b;
}
constexpr int max(int a, int b) {
  return a > b ? a : b;
}
constexpr unsigned min(unsigned a, unsigned b) {
  return a < b ? a : b;
}
constexpr unsigned max(unsigned a, unsigned b) {
  return a > b ? a : b;
}
constexpr long min(long a, long b) {
  return a < b ? a : b;
}
constexpr long max(long a, long b) {
  return a > b ? a : b;
}
constexpr unsigned long min(unsigned long a, unsigned long b) {
  return a < b ? a : b;
}
constexpr unsigned long max(unsigned long a, unsigned long b) {
  return a > b ? a : b;
}
// Of a number and a NaN, the number.
inline float min(float a, float b) {
  return std::fmin(a, b);
}
inline float max(float a, float b) {
  return std::fmax(a, b);
}
inline double min(double a, double b) {
  return std::fmin(a, b);
}
inline double max(double a, double b) {
  return std::fmax(a, b);
}

inline float rsqrtf(float x) {
  return 1.0F / std::sqrt(x);
}
inline float __fdividef(float a, float b) {
  return a / b;
}
inline float __frcp_rn(float x) {
  return 1.0F / x;
}
inline float __fsqrt_rn(float x) {
  return std::sqrt(x);
}
inline float __fmaf_rn(float a, float b, float c) {
  return std::fma(a, b, c);
}
inline float __saturatef(float x) {
  return x > 0.0F ? (x < 1.0F ? x : 1.0F) : 0.0F;
}
// Never contracted to a fused multiply-add.
inline float __fadd_rn(float a, float b) {
  return a + b;
}
inline float __fmul_rn(float a, float b) {
  return a * b;
}

inline unsigned __float_as_uint(float x) {
  return std::bit_cast<unsigned>(x);
}
inline float __uint_as_float(unsigned x) {
  return std::bit_cast<float>(x);
}
inline int __float_as_int(float x) {
  return std::bit_cast<int>(x);
}
inline float __int_as_float(int x) {
  return std::bit_cast<float>(x);
}
constexpr int __popc(unsigned x) {
  return std::popcount(x);
}
constexpr int __clz(int x) {
  return std::countl_zero(static_cast<unsigned>(x));
}
constexpr int __ffs(int x) {
  return x == 0 ? 0 : std::countr_zero(static_cast<unsigned>(x)) + 1;
}
constexpr unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>(static_cast<std::uint64_t>(a) * b >> 32);
}
/// Byte i of the result is byte (selector >> 4 i & 7) of the 8 bytes y:x.
constexpr unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  const std::uint64_t bytes = static_cast<std::uint64_t>(y) << 32 | x;
  unsigned result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    result |= static_cast<unsigned>(bytes >> 8 * (selector >> 4 * i & 7) & 0xFF) << 8 * i;
  }
  return result;
}
